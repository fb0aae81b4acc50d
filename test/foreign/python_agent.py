"""Drives an AgentMail API with the PyPI SDK: python_agent.py BASE_URL [--send]. Prints one JSON object.

Creates the inbox when absent, then creates, updates, lists and reads back a draft; with --send also sends it and
reads the message back. The inbox and the API key come from AGENT_INBOX and AGENTMAIL_API_KEY.
"""

import base64
import json
import os
import sys

from agentmail import AgentMail
from agentmail.attachments.types import SendAttachment
from agentmail.environment import AgentMailEnvironment
from agentmail.inboxes.types import CreateInboxRequest


def connect(base_url: str) -> AgentMail:
    environment = AgentMailEnvironment(http=base_url, websockets=base_url.replace("http", "ws", 1))
    return AgentMail(api_key=os.environ.get("AGENTMAIL_API_KEY", "am_python"), environment=environment)


def ensure_inbox(client: AgentMail, address: str) -> str:
    known = [inbox.inbox_id for inbox in client.inboxes.list().inboxes]
    if address in known:
        return address
    username, domain = address.split("@")
    request = CreateInboxRequest(username=username, domain=domain, display_name="Python agent")
    return client.inboxes.create(request=request).inbox_id


def compose(client: AgentMail, inbox_id: str):
    drafts = client.inboxes.drafts
    made = drafts.create(
        inbox_id,
        to=["Ana Ruiz <ana@customer.test>"],
        subject="Your order",
        text="First words",
        labels=["python"],
        attachments=[SendAttachment(filename="note.txt", content_type="text/plain", content=encode("a note"))],
    )
    drafts.update(inbox_id, made.draft_id, subject="Your order 4821", text="Better words", add_labels=["edited"])
    listed = [item.draft_id for item in drafts.list(inbox_id, labels=["python"]).drafts]
    if made.draft_id not in listed:
        raise SystemExit(f"draft {made.draft_id} is not in the list of its label: {listed}")
    return drafts.get(inbox_id, made.draft_id)


def send(client: AgentMail, inbox_id: str, draft_id: str) -> dict:
    labels = ["from-python"]
    key = f"python.{draft_id}"
    sent = client.inboxes.drafts.send(inbox_id, draft_id, add_labels=labels, idempotency_key=key)
    again = client.inboxes.drafts.send(inbox_id, draft_id, add_labels=labels, idempotency_key=key)
    if again.message_id != sent.message_id:
        raise SystemExit(f"the same key sent twice: {sent.message_id}, {again.message_id}")
    message = client.inboxes.messages.get(inbox_id, sent.message_id)
    return {
        "message_id": sent.message_id,
        "thread_id": sent.thread_id,
        "labels": message.labels,
        "text": message.text,
        "attachments": [attachment.filename for attachment in message.attachments or []],
    }


def encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def main() -> None:
    client = connect(sys.argv[1])
    inbox_id = ensure_inbox(client, os.environ.get("AGENT_INBOX", "python-agent@acme.test"))
    draft = compose(client, inbox_id)
    report = {
        "inbox_id": inbox_id,
        "draft_id": draft.draft_id,
        "to": draft.to,
        "subject": draft.subject,
        "text": draft.text,
        "labels": draft.labels,
        "attachments": [attachment.filename for attachment in draft.attachments or []],
    }
    if "--send" in sys.argv[2:]:
        report["sent"] = send(client, inbox_id, draft.draft_id)
    print(json.dumps(report))


if __name__ == "__main__":
    main()

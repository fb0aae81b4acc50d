INSERT INTO "event_log" DEFAULT VALUES;
--> statement-breakpoint
-- Attachments rarely compress; trying costs more time than it saves space.
ALTER TABLE "blobs" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;

import { Storage } from "@google-cloud/storage";
import { expect } from "../expect.js";

class Anyone {
  async getRequestHeaders() { return { Authorization: "Bearer simulated" }; }
}

export const client = "@google-cloud/storage";
export const checks = {
  "put, list, get, delete": async (s) => {
    const storage = new Storage({ apiEndpoint: `${s}/gcs`, projectId: "acme", token: "simulated", useAuthWithCustomEndpoint: false });
    const file = storage.bucket("work").file("folder/rows.jsonl");
    await file.save("one\ntwo\n", { resumable: false });
    const [files] = await storage.bucket("work").getFiles({ prefix: "folder/" });
    expect(files.some((found) => found.name === "folder/rows.jsonl"), "the object in the list");
    const [content] = await file.download();
    expect(content.toString() === "one\ntwo\n", "the same bytes");
    await file.delete();
    const [exists] = await file.exists();
    expect(!exists, "no object");
  },
};

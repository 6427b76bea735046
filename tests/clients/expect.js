// What a check needs: the sandbox over TLS, a claim that must hold, and a wait that ends.
export const secure = (process.env.PARSIMONY_SANDBOX_TLS ?? "").replace(/\/$/, "");

export function expect(claim, what) {
  if (!claim) throw new Error(`expected: ${what}`);
}

export async function until(ask, isDone, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    if (Date.now() > end) throw new Error(`not done after ${seconds} s: ${JSON.stringify(answer).slice(0, 300)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export function lines(text) {
  return text.split("\n").filter((line) => line.trim().length > 0).map((line) => JSON.parse(line));
}

export const tool = {
  name: "get_weather",
  description: "The weather of a town.",
  parameters: { type: "object", properties: { town: { type: "string" } }, required: ["town"] },
};

namespace Parsimony.Cli.Tests;

/// <summary>Traces made by seed.</summary>
internal static class SmallTraces
{
    private const int BlockTokens = 512;

    /// <summary>A handful of requests over few blocks, close enough in time for entries to live, end and be waited for.</summary>
    public static Trace Tiny(int seed, int requests, int depth)
    {
        var random = new Random(seed);
        var trace = new Trace();
        var at = 0d;
        for (var request = 0; request < requests; request++)
        {
            at += random.Next(4) switch { 0 => 0.5, 1 => 60, 2 => 200, _ => 400 };
            Add(trace, at, [.. Enumerable.Range(0, random.Next(1, depth + 1)).Select(_ => (ulong)random.Next(2))], 0);
        }

        return trace;
    }

    /// <summary>A service: people talk for some turns with pauses, over one of a few sets of instructions, among prompts that are one of a kind.</summary>
    public static Trace Service(int seed, double hours, double goesOn, double pauseMinutes, double single)
    {
        var random = new Random(seed);
        var next = 100UL;
        var events = new PriorityQueue<ulong[], double>();
        for (var at = 0d; at < hours * 3600; at += -Math.Log(1 - random.NextDouble()) * 4)
        {
            events.Enqueue([(ulong)random.Next(3), .. Enumerable.Range(0, 1 + (int)Math.Exp(random.NextDouble() * 3.5)).Select(_ => next++)], at);
        }

        var trace = new Trace();
        while (events.TryDequeue(out var prompt, out var at) && at < hours * 3600)
        {
            var answer = random.Next(30, 900);
            Add(trace, at, prompt, answer);
            if (prompt[0] != 0 && random.NextDouble() >= single && random.NextDouble() < goesOn)
            {
                var pause = pauseMinutes * 60 * Math.Exp(Normal(random));
                events.Enqueue([.. prompt, .. Enumerable.Range(0, 1 + (answer / BlockTokens)).Select(_ => next++)], at + 2 + pause);
            }
        }

        return trace;
    }

    private static void Add(Trace trace, double at, ulong[] blocks, int answer) => trace.Add(
        at, new PromptPrefix(blocks, [.. Enumerable.Range(1, blocks.Length).Select(block => block * BlockTokens)], (blocks.Length * BlockTokens) + 100), answer, ReuseHint.Unknown, "a made trace");

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

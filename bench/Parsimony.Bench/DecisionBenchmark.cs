using System.Globalization;

namespace Parsimony.Bench;

/// <summary>What it costs to decide a request of 8 KiB in 8 blocks: fingerprint, plan and cache marks; and what the prefixes remembered for the marks weigh.</summary>
internal static class DecisionBenchmark
{
    private const int Rounds = 20_000;
    private const int Blocks = 8;
    private const int Capacity = 100_000;

    public static async Task RunAsync(int runs)
    {
        await using var bench = await Workbench.OpenAsync();
        var envelope = Requests.InBlocks(Blocks, bytes: 8 * 1024);
        var now = DateTimeOffset.UtcNow;
        var request = Requests.Of(envelope, "bench") with { Deadline = now.AddHours(6) };
        var prefixes = new List<Fingerprint>(Blocks);
        var rules = new CacheRules { LongWriteMultiplier = 2 };
        var (planner, number) = (new PromptCachePlanner(rules, Capacity), 0UL);
        (string Name, Action Work)[] ways =
        [
            ("fingerprint, prefixes, plan and marks", () =>
            {
                prefixes.Clear();
                var shared = Fingerprinter.Prefixes(envelope, prefixes);
                bench.Intake.Prepare(request with { Fingerprint = Fingerprinter.Of(envelope), SharedPrefix = shared }, now);
                Mark(++number);
            }),
            ("- marks alone", () => Mark(++number)),
            ("- fingerprint, prefixes and plan alone", () =>
            {
                prefixes.Clear();
                var shared = Fingerprinter.Prefixes(envelope, prefixes);
                bench.Intake.Prepare(request with { Fingerprint = Fingerprinter.Of(envelope), SharedPrefix = shared }, now);
            }),
        ];
        Fingerprinter.Prefixes(envelope, prefixes);
        Console.WriteLine($"decision: a request of {envelope.Bytes.Length:N0} bytes in {Blocks} blocks, {Rounds:N0} times, {Capacity:N0} prefixes remembered");
        ShortWorks.Measure(ways, Rounds, runs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  bytes of a remembered prefix: {Weigh(rules, perPrompt: 2):0} where a prompt adds two, {Weigh(rules, perPrompt: Blocks):0} where it adds eight"));

        // Half of the blocks are what many prompts begin with; the others are its own.
        void Mark(ulong prompt)
        {
            var blocks = new ulong[Blocks];
            var ends = new int[Blocks];
            for (var block = 0; block < Blocks; block++)
            {
                blocks[block] = block < Blocks / 2 ? (ulong)block + 1 : (prompt * Blocks) + (ulong)block;
                ends[block] = 256 * (block + 1);
            }

            planner.Plan(new PromptPrefix(blocks, ends, 256 * Blocks), now.AddMilliseconds(prompt * 20));
        }
    }

    /// <summary>Bytes of each prefix of a full tree, all that hangs on it included.</summary>
    private static double Weigh(CacheRules rules, int perPrompt)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var planner = new PromptCachePlanner(rules, Capacity);
        var at = DateTimeOffset.UnixEpoch;
        var (blocks, ends) = (new ulong[Blocks], new int[Blocks]);
        for (var prompt = 1; prompt <= Capacity * 3 / perPrompt; prompt++)
        {
            for (var block = 0; block < Blocks; block++)
            {
                blocks[block] = block < Blocks - perPrompt ? (ulong)block + 1 : (ulong)((prompt * Blocks) + block);
                ends[block] = 256 * (block + 1);
            }

            planner.Plan(new PromptPrefix(blocks, ends, 256 * Blocks), at.AddMilliseconds(prompt * 200));
        }

        var weight = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / Capacity;
        GC.KeepAlive(planner);
        return weight;
    }
}

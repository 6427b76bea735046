using System.Globalization;
using System.Security.Cryptography;

namespace Parsimony.Bench;

/// <summary>What it costs to know and to plan a request of 8 KiB in 8 blocks.</summary>
internal static class FingerprintBenchmark
{
    private const int Rounds = 20_000;

    public static async Task RunAsync(int runs)
    {
        await using var bench = await Workbench.OpenAsync();
        var envelope = Requests.InBlocks(blocks: 8, bytes: 8 * 1024);
        var request = Requests.Of(envelope, "bench");
        var now = DateTimeOffset.UtcNow;
        var prefixes = new List<Fingerprint>(8);
        (string Name, Action Work)[] ways =
        [
            ("fingerprint, prefixes and plan", () =>
            {
                prefixes.Clear();
                var shared = Fingerprinter.Prefixes(envelope, prefixes);
                bench.Intake.Prepare(request with { Fingerprint = Fingerprinter.Of(envelope), SharedPrefix = shared }, now);
            }),
            ("bare SHA-256 of the same bytes", () => SHA256.HashData(envelope.Bytes.Span)),
            ("- fingerprint alone", () => Fingerprinter.Of(envelope)),
            ("- prefixes alone", () =>
            {
                prefixes.Clear();
                Fingerprinter.Prefixes(envelope, prefixes);
            }),
            ("- shared prefix alone", () => Fingerprinter.SharedPrefix(envelope)),
            ("- token estimate alone", () => TokenEstimate.Of(envelope)),
            ("- line measure alone", () => bench.Backend.MeasureLine(envelope)),
        ];
        Console.WriteLine($"fingerprint: a request of {envelope.Bytes.Length:N0} bytes in 8 blocks, {Rounds:N0} times");
        var times = ShortWorks.Measure(ways, Rounds, runs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ratio to the bare digest: {times[0] / times[1]:0.00}"));
    }
}

using System.Globalization;
using System.Text.Json;
using Parsimony.Sandbox.Model;

namespace Parsimony.Kill;

/// <summary>Holds the ledger against the bill, line by line.</summary>
/// <remarks>
/// A line of the bill is one answer a provider charged for, under the id the call had. The ledger has exactly one amount for it, the same to the
/// last digit, or says that the cost is unknown and at most so much. What the ledger books as paid, the bill has.
/// </remarks>
internal static class Reckoning
{
    private const decimal PicoPerUsd = 1_000_000_000_000m;

    /// <summary>Adds what differs, and the counts, to an outcome.</summary>
    public static void Compare(IReadOnlyList<BillLine> bill, string ledger, Reckoned outcome)
    {
        var attempts = ledger.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Entry.Read)
            .GroupBy(entry => (entry.Request, entry.Attempt)).Select(group => new Attempt([.. group])).ToList();
        var byCall = attempts.SelectMany(attempt => attempt.Calls.Select(call => (call, attempt))).ToLookup(pair => pair.call, pair => pair.attempt, StringComparer.Ordinal);
        outcome.Lines += bill.Count;
        foreach (var call in bill.GroupBy(line => line.Request, StringComparer.Ordinal))
        {
            var lines = call.ToList();
            var found = byCall[call.Key].Distinct().ToList();
            if (lines.Count != 1 || found.Count != 1)
            {
                outcome.Differences.Add($"{call.Key}: {lines.Count} lines of the bill, {found.Count} attempts of the ledger");
                continue;
            }

            Compare(lines[0], found[0], outcome);
        }

        var billed = bill.Select(line => line.Request).ToHashSet(StringComparer.Ordinal);
        foreach (var attempt in attempts)
        {
            if (attempt.Known.Count > 1)
            {
                outcome.Differences.Add($"{attempt.Calls.First()}: booked {attempt.Known.Count} times");
            }

            if (attempt.Known.Sum() > 0 && !attempt.Calls.Any(billed.Contains))
            {
                outcome.Differences.Add($"{attempt.Calls.First()}: booked, and not on the bill");
            }
        }

        // Bought again counts what the bill shows twice for one request; the ledger must call the second purchase by its name.
        var paid = attempts.Where(attempt => attempt.Calls.Any(billed.Contains)).GroupBy(attempt => attempt.Request, StringComparer.Ordinal).Where(group => group.Count() > 1);
        foreach (var request in paid)
        {
            outcome.BoughtAgain += request.Count() - 1;
            if (!attempts.Any(attempt => attempt.Request == request.Key && attempt.IsSecondPurchase))
            {
                outcome.Differences.Add($"{request.Key}: bought {request.Count()} times, and no entry says so");
            }
        }
    }

    private static void Compare(BillLine line, Attempt attempt, Reckoned outcome)
    {
        var amount = line.AmountPico / PicoPerUsd;
        if (attempt.Known is [var cost])
        {
            if (cost != amount)
            {
                outcome.Differences.Add(string.Create(CultureInfo.InvariantCulture, $"{line.Request}: billed {amount}, booked {cost}"));
            }

            return;
        }

        outcome.Bounded++;
        if (attempt.UpperBound is not { } bound || bound < amount)
        {
            outcome.Differences.Add(string.Create(CultureInfo.InvariantCulture, $"{line.Request}: billed {amount}, unknown in the ledger with the bound {attempt.UpperBound}"));
        }
    }

    /// <summary>All entries of one attempt of one request.</summary>
    private sealed record Attempt(IReadOnlyList<Entry> Entries)
    {
        public string Request => Entries[0].Request;

        public IEnumerable<string> Calls => Entries.Select(entry => entry.Call).Distinct(StringComparer.Ordinal);

        public IReadOnlyList<decimal> Known => [.. Entries.Select(entry => entry.Cost).OfType<decimal>()];

        public decimal? UpperBound => Entries.Max(entry => entry.Bound);

        public bool IsSecondPurchase => Entries.Any(entry => entry.Kind is "hedge" or "possible_duplicate");
    }

    private sealed record Entry(string Request, int Attempt, string Call, string Kind, decimal? Cost, decimal? Bound)
    {
        public static Entry Read(string line)
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return new Entry(
                root.GetProperty("request").GetString() ?? "", root.GetProperty("attempt").GetInt32(), root.GetProperty("call").GetString() ?? "",
                root.GetProperty("kind").GetString() ?? "", Money(root.GetProperty("cost_usd")), Money(root.GetProperty("upper_bound_usd")));
        }

        private static decimal? Money(JsonElement value) =>
            value.GetString() is { } text ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;
    }
}

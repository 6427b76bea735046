using Parsimony.Engine;
using Parsimony.Sandbox.Model;

namespace Parsimony.EndToEnd.Tests;

/// <summary>Promise 1, checked against the provider's own bill.</summary>
internal sealed class Invariants(IEngineStore store, SandboxWorld world)
{
    private const decimal PicoPerUsd = 1_000_000_000_000m;
    private readonly List<string> _faults = [];

    public async Task<IReadOnlyList<string>> CheckAsync()
    {
        var rows = new List<LedgerRow>();
        await foreach (var row in store.Ledger.ReadAsync("simulation"))
        {
            rows.Add(row);
        }

        await CheckOutcomesAsync(rows);
        var corrections = rows.Where(row => row.Entry.Kind == LedgerKind.Correction).ToDictionary(row => (row.Entry.Sequence, row.Entry.Attempt));
        var byLine = rows.Where(row => row.Entry.Kind != LedgerKind.Correction).ToDictionary(
            Key, row => corrections.TryGetValue((row.Entry.Sequence, row.Entry.Attempt), out var correction) ? correction : row, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in world.Bill.Lines.Where(line => !line.Request.StartsWith(ForeignTraffic.Prefix, StringComparison.Ordinal)))
        {
            CheckLine(line, byLine, seen);
        }

        foreach (var (key, row) in byLine)
        {
            if (!seen.Contains(key) && row.Entry.CostUsd is not (null or 0m))
            {
                _faults.Add($"ledger row {key} of {row.Entry.CostUsd} USD has no line on the bill");
            }
        }

        return _faults;
    }

    public async Task<IReadOnlyList<string>> DescribeOpenAsync()
    {
        var open = new List<string>();
        foreach (var batch in await store.Batches.ListOpenAsync(null, 20))
        {
            open.Add(batch.ToString());
        }

        for (var sequence = 1L; sequence < 30; sequence++)
        {
            foreach (var request in await store.Requests.LoadAsync([sequence]))
            {
                if (!RequestMoves.IsFinal(request.State))
                {
                    open.Add(request.ToString());
                }
            }
        }

        return open;
    }

    private async Task CheckOutcomesAsync(List<LedgerRow> rows)
    {
        var requests = await store.Requests.LoadAsync([.. Enumerable.Range(1, 400).Select(number => (long)number)]);
        foreach (var request in requests)
        {
            var body = await store.Requests.ReadAnswerAsync(request.Sequence);
            if (!RequestMoves.IsFinal(request.State) || (request.State == RequestState.Answered) != (body is not null))
            {
                _faults.Add($"request {request.Sequence} is {request.State} {(body is null ? "without" : "with")} an answer");
            }

            // An answer that was read and paid for is kept, whatever its request had come to by then.
            if (request.State != RequestState.Answered && rows.Any(row => row.Entry.Sequence == request.Sequence && row.Entry.CostUsd > 0))
            {
                _faults.Add($"request {request.Sequence} was paid for and is {request.State}");
            }

            // A second purchase is allowed only where the outcome of the first was unknown, and is booked as such.
            var bought = rows.Where(row => row.Entry.Sequence == request.Sequence && row.Entry.CostUsd > 0).ToList();
            if (bought.Count > 1 && !rows.Any(row => row.Entry.Sequence == request.Sequence && row.Entry.Kind is LedgerKind.Hedge or LedgerKind.PossibleDuplicate))
            {
                _faults.Add($"request {request.Sequence} was bought {bought.Count} times and nothing says why");
            }
        }
    }

    private void CheckLine(BillLine line, Dictionary<string, LedgerRow> rows, HashSet<string> seen)
    {
        if (!rows.TryGetValue(line.Request, out var row))
        {
            _faults.Add($"bill line {line.Number} ({line.Kind}, {line.Request}, batch {line.Batch}) has no ledger row");
            return;
        }

        if (!seen.Add(line.Request))
        {
            _faults.Add($"{line.Request} was billed twice");
            return;
        }

        var pico = (decimal)line.AmountPico;
        if (line.Unpriced)
        {
            // Nobody knows a price: neither do we, and the row says so.
            if (row.Entry.CostUsd is { } guessed)
            {
                _faults.Add($"{line.Request} has no price, and its ledger row says {guessed} USD");
            }
        }
        else if (row.Entry.CostUsd is { } cost)
        {
            if (cost * PicoPerUsd != pico)
            {
                _faults.Add($"{line.Request}: ledger {cost * PicoPerUsd} pico-dollars, bill {pico}");
            }
        }
        else if (row.Entry.UpperBoundUsd * PicoPerUsd < pico || row.Entry.UpperBoundUsd is null)
        {
            _faults.Add($"{line.Request}: bound {row.Entry.UpperBoundUsd}, bill {pico} pico-dollars");
        }
    }

    /// <summary>How the provider's bill names a row's attempt.</summary>
    private static string Key(LedgerRow row) => row.Entry.Kind == LedgerKind.Batch
        ? CustomId.Write(row.BatchKey ?? "?", row.Entry.Sequence, row.Entry.Attempt)
        : $"{row.RequestId}-{row.Entry.Attempt:x}";
}

using Parsimony.Engine;

namespace Parsimony.EndToEnd.Tests;

/// <summary>
/// Who holds which row, by the store's clock: kept beside the store from what it was asked and answered. Two promises are checked here at every verb:
/// nobody is given a row whose lease somebody else holds, and a write under a lease that is not held any more changes nothing.
/// </summary>
internal sealed class LeaseBook(TimeProvider store, EventCounts counts)
{
    private readonly Dictionary<(bool IsBatch, long Row), Lease> _held = [];

    public List<string> Faults { get; } = [];

    /// <summary>Whether a node holds anything now; its owners begin with its name.</summary>
    public bool Holds(string node) => _held.Values.Any(lease => lease.Owner.StartsWith(node, StringComparison.Ordinal) && lease.Until > store.GetUtcNow());

    /// <summary>The owner of a batch by its last claim; null when nobody holds it.</summary>
    public string? OwnerOf(long batch) => _held.TryGetValue((true, batch), out var lease) ? lease.Owner : null;

    /// <summary>Notes what a verb was asked and what it answered.</summary>
    /// <returns>Whether it claimed anything.</returns>
    public bool Note(StoreCall call, object?[] arguments, object? result)
    {
        switch (result)
        {
            case Batch batch when call.IsClaim:
                Claim((true, batch.Id), call, arguments);
                return true;
            case IReadOnlyList<Batch> batches when call.IsClaim:
                foreach (var batch in batches)
                {
                    Claim((true, batch.Id), call, arguments);
                }

                counts.Count(SimulationEvent.Rescued, call.LeaseEndedBefore >= 0 ? batches.Count : 0);
                return batches.Count > 0;
            case IReadOnlyList<StoredRequest> requests when call.IsClaim:
                foreach (var request in requests)
                {
                    Claim((false, request.Sequence), call, arguments);
                }

                return requests.Count > 0;
            case bool isDone when call is { Id: >= 0, Lease: >= 0 }:
                Write(call.Name, (long)arguments[call.Id]!, Length(call, arguments, (Lease)arguments[call.Lease]!), isDone);
                return false;
            case SettlementResult settled when call.Batch >= 0 && arguments[call.Batch] is (long id, Lease lease):
                Write(call.Name, id, Length(call, arguments, lease), settled.LeaseHeld);
                return false;
            default:
                return false;
        }
    }

    private void Claim((bool IsBatch, long Row) row, StoreCall call, object?[] arguments)
    {
        var lease = Length(call, arguments, (Lease)arguments[call.Lease]!);
        // A queued request is nobody's: only what was claimed before can be taken over.
        if (call.Name != nameof(IRequestStore.ClaimForSendAsync) && _held.TryGetValue(row, out var held) && held.Owner != lease.Owner)
        {
            counts.Count(SimulationEvent.TakenOver);
            counts.Count(SimulationEvent.StaleSendFound, row.IsBatch ? 0 : 1);
            if (held.Until > store.GetUtcNow())
            {
                Faults.Add($"{call.Name}: {lease.Owner} was given {row} while {held.Owner} held it for another {held.Until - store.GetUtcNow()}");
            }
        }

        _held[row] = lease;
    }

    private void Write(string verb, long batch, Lease lease, bool isDone)
    {
        var holds = _held.TryGetValue((true, batch), out var held) && held.Owner == lease.Owner;
        if (!holds)
        {
            if (isDone)
            {
                Faults.Add($"{verb}: {lease.Owner} wrote batch {batch}, which {held?.Owner ?? "nobody"} held");
            }
            else
            {
                counts.Count(SimulationEvent.LateWriteRefused);
            }
        }

        if (!isDone)
        {
            return;
        }

        switch (verb)
        {
            case "MarkStagedAsync" or "MarkProvenAsync":
                break;
            case "MarkCreateSentAsync" or "SettleAsync":
                _held[(true, batch)] = lease;
                break;
            default:
                _held.Remove((true, batch));
                break;
        }
    }

    /// <summary>A lease as it was meant: from now, by the store's clock, for its length.</summary>
    private Lease Length(StoreCall call, object?[] arguments, Lease lease) =>
        call.Now < 0 ? lease : lease with { Until = store.GetUtcNow() + (lease.Until - (DateTimeOffset)arguments[call.Now]!) };
}

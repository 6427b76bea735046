using Parsimony.Engine;

namespace Parsimony.EndToEnd.Tests;

/// <summary>The way of one node to the store it shares with the others: turnstiles, outages, the store's own clock, and the book of leases.</summary>
internal sealed class StorePath(NodeLink link, SharedClock clock, LeaseBook leases, bool forgesOwners)
{
    /// <summary>Makes a call: it can be given up before it is made, or made and its reply lost.</summary>
    public async Task<TResult> RunAsync<TResult>(StoreCall call, object?[] arguments, Func<object?[], Task<TResult>> verb)
    {
        var lane = Turnstile.Current;
        await lane.PassAsync(call.Before, EffectKind.Store);
        link.DemandStore(lane, isApplied: false);
        var result = await verb(clock.Translate(call, forgesOwners ? Forge(call, arguments) : arguments));
        var hasClaimed = leases.Note(call, arguments, result);
        if (!call.IsRead)
        {
            await lane.PassAsync(call.After, EffectKind.Store, hasClaimed || call.Name == nameof(ISubmissionStore.MarkCreateSentAsync));
            link.DemandStore(lane, isApplied: true);
        }

        return result;
    }

    /// <summary>A stream. It has no turnstile: an upload reads it beside the call that it is for, and the calls around it have one.</summary>
    public async IAsyncEnumerable<TItem> StreamAsync<TItem>(IAsyncEnumerable<TItem> items)
    {
        await foreach (var item in items)
        {
            link.DemandStore();
            yield return item;
        }
    }

    /// <summary>Sabotage: every writer is taken for the one who holds the row.</summary>
    private object?[] Forge(StoreCall call, object?[] arguments)
    {
        var forged = (object?[])arguments.Clone();
        if (call is { Id: >= 0, Lease: >= 0 } && leases.OwnerOf((long)arguments[call.Id]!) is { } holder)
        {
            forged[call.Lease] = (Lease)arguments[call.Lease]! with { Owner = holder };
        }

        if (call.Batch >= 0 && arguments[call.Batch] is (long id, Lease lease) && leases.OwnerOf(id) is { } owner)
        {
            forged[call.Batch] = (id, lease with { Owner = owner });
        }

        return forged;
    }
}

namespace Parsimony.EndToEnd.Tests;

/// <summary>What one node can reach.</summary>
internal sealed class NodeLink(TimeProvider clock, EventCounts counts)
{
    public DateTimeOffset StoreLostUntil { get; set; }

    public DateTimeOffset ProvidersLostUntil { get; set; }

    /// <summary>Whether what is said to the store, or what it answers, gets through.</summary>
    /// <exception cref="SimulatedOutage">It does not.</exception>
    public void DemandStore(Turnstile lane, bool isApplied)
    {
        if (lane.TakeLoss() | StoreLostUntil > clock.GetUtcNow())
        {
            counts.Count(isApplied ? SimulationEvent.CommitUnknown : SimulationEvent.StoreCallRefused);
            throw new SimulatedOutage(isApplied ? "The connection broke before the commit was confirmed." : "The store cannot be reached.");
        }
    }

    /// <summary>Whether the next of a stream gets through.</summary>
    /// <exception cref="SimulatedOutage">It does not.</exception>
    public void DemandStore()
    {
        if (StoreLostUntil > clock.GetUtcNow())
        {
            throw new SimulatedOutage("The store cannot be reached.");
        }
    }

    /// <summary>Whether what is said to a provider, or what it answers, gets through.</summary>
    /// <exception cref="HttpRequestException">It does not.</exception>
    public void DemandProvider(Turnstile lane, bool isApplied)
    {
        if (lane.TakeLoss() | ProvidersLostUntil > clock.GetUtcNow())
        {
            counts.Count(isApplied ? SimulationEvent.ProviderReplyLost : SimulationEvent.ProviderCallRefused);
            throw isApplied
                ? new HttpRequestException(HttpRequestError.ResponseEnded, "The connection broke before the reply.")
                : new HttpRequestException(HttpRequestError.ConnectionError, "The provider cannot be reached.");
        }
    }

    public void Mend() => StoreLostUntil = ProvidersLostUntil = default;
}

using System.Collections.Concurrent;

namespace Parsimony.Engine;

/// <summary>What happened in this process's engine: outcomes for waiting callers, work for idle stages, and providers that refuse the credential.</summary>
public sealed class EngineSignals
{
    private readonly ConcurrentDictionary<(ProviderId, string), ProviderFailure> _halted = new();
    private readonly ConcurrentDictionary<(ProviderId, string), bool> _unconfigured = new();
    private volatile TaskCompletionSource _work = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised once per settled chunk with the requests that ended.</summary>
    public event Action<IReadOnlyList<RequestId>>? Ended;

    /// <summary>Raised when another process says that requests ended; which, the store knows.</summary>
    public event Action? EndedElsewhere;

    /// <summary>Raised when a provider refuses its credential.</summary>
    public event Action<ProviderId, ProviderFailure>? Halted;

    /// <summary>Providers whose credential was refused by the last call, with what they said. Their work stays queued and is tried again with growing pauses.</summary>
    public IReadOnlyCollection<(ProviderId Provider, ProviderFailure Failure)> Halts =>
        [.. _halted.Select(pair => (pair.Key.Item1, pair.Value))];

    /// <summary>Raised when work is found that was begun under a credential which is not configured here (any more): once, until it is found configured again.</summary>
    public event Action<ProviderId, string>? Unconfigured;

    /// <summary>Completes when there may be new work.</summary>
    public Task Work => _work.Task;

    /// <summary>Wakes idle stages.</summary>
    public void Wake() => Interlocked.Exchange(ref _work, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    internal void RaiseEndedElsewhere() => EndedElsewhere?.Invoke();

    internal void RaiseEnded(SettlementResult result)
    {
        if (result.Answered.Count + result.Ended.Count > 0)
        {
            Ended?.Invoke([.. result.Answered, .. result.Ended]);
        }
    }

    /// <summary>Notes what a call says about the credential: refused by it, or answered at all and so accepted.</summary>
    internal void Heard(ProviderId provider, string credential, ProviderFailure? failure)
    {
        if (failure is { IsCredential: true })
        {
            RaiseHalted(provider, credential, failure);
        }
        else if (failure is null or { Status: not null })
        {
            _halted.TryRemove((provider, credential), out _);
        }
    }

    /// <summary>Notes whether work's credential is configured; true when it is not, and nobody was told yet.</summary>
    internal bool NoteConfigured(ProviderId provider, string credential, bool isConfigured)
    {
        if (isConfigured)
        {
            _unconfigured.TryRemove((provider, credential), out _);
            return false;
        }

        if (!_unconfigured.TryAdd((provider, credential), true))
        {
            return false;
        }

        Unconfigured?.Invoke(provider, credential);
        return true;
    }

    private void RaiseHalted(ProviderId provider, string credential, ProviderFailure failure)
    {
        _halted[(provider, credential)] = failure;
        Halted?.Invoke(provider, failure);
    }
}

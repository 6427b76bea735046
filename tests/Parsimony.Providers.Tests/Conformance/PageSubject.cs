using Parsimony.Testing;

namespace Parsimony.Providers.Tests;

/// <summary>A provider before a server that answers from a case.</summary>
internal sealed class PageSubject : IDisposable
{
    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly HttpClient _http;

    public PageSubject(ProviderKind kind, ProviderConnection connection, PageServer server)
    {
        _http = new HttpClient(server) { Timeout = Timeout.InfiniteTimeSpan };
        Provider = kind.Create(connection, _http, _clock);
    }

    public IProvider Provider { get; }

    public IBatchBackend Batches => Provider.Batches ?? throw new InvalidOperationException("It has no batches, and its folder has cases of them.");

    /// <summary>Stages and creates the batch of a case; a provider that looks at its file until it is taken in waits on the subject's clock.</summary>
    public async Task<(StagedInput? Staged, CreateOutcome Outcome)> SubmitAsync(PageCase one, string key, CancellationToken cancellationToken)
    {
        var input = one.Input(Provider.Id, key);
        var staging = Batches.StageAsync(input, cancellationToken);
        await _clock.PassUntilAsync(staging, cancellationToken: cancellationToken);
        return await staging switch
        {
            StageOutcome.Staged staged => (staged.Input, await Batches.CreateAsync(input, staged.Input, cancellationToken)),
            StageOutcome.Failed failed => (null, new CreateOutcome.Refused(failed.Failure)),
            var other => throw new InvalidOperationException($"{other}"),
        };
    }

    public void Dispose() => _http.Dispose();
}

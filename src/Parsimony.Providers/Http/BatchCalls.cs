using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>The calls every batch API has, each made once, with what their ends mean. A provider says where they go and how bodies read.</summary>
internal sealed class BatchCalls(ProviderHttp http, IErrorReader errors)
{
    /// <summary>How long a call without a body of its own may take: one that takes longer is asked again later.</summary>
    public static readonly TimeSpan SmallCallLimit = TimeSpan.FromSeconds(60);

    /// <summary>A create: accepted with an id, refused, or nobody knows.</summary>
    /// <param name="make">Makes the request, called once.</param>
    /// <param name="limit">When to give up waiting.</param>
    /// <param name="id">The batch's id in the reply; null or empty when it names none.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<CreateOutcome> CreateAsync(
        Func<HttpRequestMessage> make, TimeSpan limit, Func<JsonElement, string?> id, CancellationToken cancellationToken)
    {
        var reply = await http.SendForBodyAsync(make, FailureStage.Create, limit, errors, cancellationToken).ConfigureAwait(false);
        switch (reply)
        {
            case HttpReply.Ok ok:
                using (ok)
                {
                    return Parse(ok.Body, id) is { Length: > 0 } found
                        ? new CreateOutcome.Accepted(found)
                        : new CreateOutcome.Uncertain(new ProviderFailure(FailureStage.Create, FailureCause.Malformed));
                }

            case HttpReply.Unsent unsent:
                return new CreateOutcome.Refused(unsent.Failure);
            case HttpReply.Refused refused when CallCertainty.IsRefusal(refused.Failure):
                return new CreateOutcome.Refused(refused.Failure);
            default:
                return new CreateOutcome.Uncertain(reply.WhyNot);
        }
    }

    /// <summary>An upload: staged under a name, or not.</summary>
    /// <param name="make">Makes the request, called once.</param>
    /// <param name="limit">When to give up waiting.</param>
    /// <param name="name">The file's name in the reply; null or empty when it names none.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<StageOutcome> StageAsync(
        Func<HttpRequestMessage> make, TimeSpan limit, Func<JsonElement, string?> name, CancellationToken cancellationToken)
    {
        var reply = await http.SendForBodyAsync(make, FailureStage.Stage, limit, errors, cancellationToken).ConfigureAwait(false);
        if (reply is not HttpReply.Ok ok)
        {
            return new StageOutcome.Failed(reply.WhyNot);
        }

        using (ok)
        {
            return Parse(ok.Body, name) is { Length: > 0 } found
                ? new StageOutcome.Staged(new StagedInput(found))
                : new StageOutcome.Failed(new ProviderFailure(FailureStage.Stage, FailureCause.Malformed));
        }
    }

    /// <summary>A status call.</summary>
    /// <param name="make">Makes the request, called once.</param>
    /// <param name="read">The batch's state from the reply, at an instant and with the wait the provider asked for; null when it cannot be read.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<PollOutcome> PollAsync(
        Func<HttpRequestMessage> make, Func<JsonElement, DateTimeOffset, TimeSpan?, BatchSnapshot?> read, CancellationToken cancellationToken)
    {
        var reply = await SmallAsync(make, FailureStage.Poll, cancellationToken).ConfigureAwait(false);
        switch (reply)
        {
            case HttpReply.Ok ok:
                using (ok)
                {
                    var now = http.Clock.GetUtcNow();
                    var wait = RetryAfterReader.Read(ok.Response.Headers, now);
                    return Parse(ok.Body, root => read(root, now, wait)) is { } snapshot
                        ? new PollOutcome.Seen(snapshot)
                        : new PollOutcome.Failed(new ProviderFailure(FailureStage.Poll, FailureCause.Malformed));
                }

            case HttpReply.Refused { Failure.Status: 404 }:
                return new PollOutcome.NotFound();
            default:
                return new PollOutcome.Failed(reply.WhyNot);
        }
    }

    /// <summary>A cancel; null when it is taken, or when the refusal (by one of <paramref name="endedStatuses"/>) only means that the batch has ended, as its own state then tells.</summary>
    public async Task<ProviderFailure?> CancelAsync(
        Func<HttpRequestMessage> make, Func<CancellationToken, Task<PollOutcome>> poll, IReadOnlyList<int> endedStatuses, CancellationToken cancellationToken)
    {
        var reply = await SmallAsync(make, FailureStage.Cancel, cancellationToken).ConfigureAwait(false);
        if (reply is HttpReply.Ok ok)
        {
            ok.Dispose();
            return null;
        }

        var failure = reply.WhyNot;
        return failure.Status is { } status && endedStatuses.Contains(status)
            && await poll(cancellationToken).ConfigureAwait(false) is PollOutcome.Seen { Snapshot.Phase: not BatchPhase.Running }
            ? null
            : failure;
    }

    /// <summary>A delete; null when it is gone, now or before.</summary>
    public async Task<ProviderFailure?> DeleteAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        var reply = await SmallAsync(make, FailureStage.Clean, cancellationToken).ConfigureAwait(false);
        if (reply is HttpReply.Ok ok)
        {
            ok.Dispose();
            return null;
        }

        return reply.WhyNot is { Status: not (404 or 410) } failure ? failure : null;
    }

    /// <summary>A page of a list. One that cannot be read is not an empty one: taken as such, a paid batch would be submitted twice.</summary>
    /// <exception cref="ProviderException">It could not be asked, or not be read.</exception>
    public async Task<T> PageAsync<T>(Func<HttpRequestMessage> make, Func<JsonElement, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        var reply = await SmallAsync(make, FailureStage.Poll, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(http.Id);
        return Parse(ok.Body, read) ?? throw new ProviderException(http.Id, new ProviderFailure(FailureStage.Poll, FailureCause.Malformed));
    }

    /// <summary>A call that costs nothing and has no large body.</summary>
    public Task<HttpReply> SmallAsync(Func<HttpRequestMessage> make, FailureStage stage, CancellationToken cancellationToken) =>
        http.SendForBodyAsync(make, stage, SmallCallLimit, errors, cancellationToken);

    /// <summary>Streams the lines of a download; one line in memory.</summary>
    /// <exception cref="ProviderException">It could not start, or broke.</exception>
    public async IAsyncEnumerable<JsonLine> ReadLinesAsync(
        Func<HttpRequestMessage> make, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(make, FailureStage.Collect, ProviderHttp.StallLimit, errors, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(http.Id);
        var stream = await http.OpenAsync(ok.Response, FailureStage.Collect, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await foreach (var line in JsonLines.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }
    }

    /// <summary>What a body says; null when it is not JSON or lacks what is asked.</summary>
    public static T? Parse<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

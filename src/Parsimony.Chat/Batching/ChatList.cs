using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>One list of calls: enqueued in chunks where they can be batched, else made side by side; results in order of arrival.</summary>
internal sealed class ChatList(IChatClient client, ChatOptions? options, string? scope)
{
    private const int Chunk = 1_000;

    // Answers wait here for their reader: few, so that a slow reader does not collect a whole list in memory.
    private const int MostUnread = 64;

    private readonly BatchingChatClient? _batching = client.GetService<BatchingChatClient>();
    private readonly Dictionary<Fingerprint, int> _seen = [];
    private readonly Channel<ChatListResult> _results = Channel.CreateBounded<ChatListResult>(MostUnread);

    public async IAsyncEnumerable<ChatListResult> RunAsync(
        IEnumerable<IEnumerable<ChatMessage>> conversations, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Beside the reader: reading the list, and the store, take the thread they are called on.
        var work = Task.Run(() => WorkAsync(conversations, stopped.Token), CancellationToken.None);
        try
        {
            await foreach (var result in _results.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return result;
            }
        }
        finally
        {
            await stopped.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(false);
        }
    }

    /// <summary>Never throws: what goes wrong ends the results.</summary>
    private async Task WorkAsync(IEnumerable<IEnumerable<ChatMessage>> conversations, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var listScope = _batching is null ? null : scope ?? _batching.Engine.NewScope();
            var bought = listScope is null || _batching is null ? null : new ReplyStream(_batching.Engine, listScope);
            var deliver = bought is null ? Task.CompletedTask : StopOnFaultAsync(DeliverAsync(bought, failed.Token), failed);
            var feed = StopOnFaultAsync(FeedAsync(conversations, listScope, bought, failed.Token), failed);
            await Task.WhenAll(feed, deliver).ConfigureAwait(false);
            _results.Writer.Complete();
        }
        catch (Exception exception)
        {
            _results.Writer.Complete(exception);
        }
    }

    private static async Task StopOnFaultAsync(Task work, CancellationTokenSource all)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch
        {
            await all.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task FeedAsync(IEnumerable<IEnumerable<ChatMessage>> conversations, string? listScope, ReplyStream? bought, CancellationToken cancellationToken)
    {
        var most = _batching?.Options.MaxParallelCalls ?? new BatchingOptions().MaxParallelCalls;
        using var parallel = new SemaphoreSlim(most);
        var chunk = new List<(int Index, IntakeRequest Request)>(Chunk);
        var index = 0;
        try
        {
            if (_batching is not null)
            {
                await _batching.Engine.RefreshAsync(cancellationToken).ConfigureAwait(false);
            }

            foreach (var conversation in conversations)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var messages = conversation as IList<ChatMessage> ?? [.. conversation];
                if (Read(messages, listScope) is { } request)
                {
                    chunk.Add((index, request));
                    if (chunk.Count == Chunk)
                    {
                        await BuyAsync(chunk, bought, cancellationToken).ConfigureAwait(false);
                    }
                }
                else
                {
                    await parallel.WaitAsync(cancellationToken).ConfigureAwait(false);
                    _ = NowAsync(index, messages, parallel, cancellationToken);
                }

                index++;
            }

            await BuyAsync(chunk, bought, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            bought?.Complete();
            // Whoever holds all places knows that no call is under way.
            for (var place = 0; place < most; place++)
            {
                await parallel.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private IntakeRequest? Read(IList<ChatMessage> messages, string? listScope)
    {
        if (_batching?.Read(messages, options, isBulk: true, listScope) is not { } request)
        {
            return null;
        }

        // The n-th equal call of a list is the n-th answer.
        var fingerprint = Fingerprinter.Of(request.Envelope);
        var ordinal = _seen.GetValueOrDefault(fingerprint);
        _seen[fingerprint] = ordinal + 1;
        return request with { Ordinal = ordinal, Fingerprint = fingerprint };
    }

    private async Task BuyAsync(List<(int Index, IntakeRequest Request)> chunk, ReplyStream? bought, CancellationToken cancellationToken)
    {
        if (_batching is null || bought is null || chunk.Count == 0)
        {
            return;
        }

        var accepted = await _batching.Engine.EnqueueAsync(chunk.ConvertAll(entry => entry.Request), cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < accepted.Count; i++)
        {
            bought.Add(accepted[i].Id, chunk[i].Index);
        }

        chunk.Clear();
    }

    private async Task DeliverAsync(ReplyStream bought, CancellationToken cancellationToken)
    {
        await foreach (var (index, reply) in bought.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var result = await ResultAsync(index, () => Task.FromResult(Answer(reply)), cancellationToken).ConfigureAwait(false);
            await _results.Writer.WriteAsync(result, cancellationToken).ConfigureAwait(false);
        }
    }

    private ChatResponse Answer(EngineReply reply) =>
        _batching?.ReadResponse(reply) ?? throw new InvalidOperationException("Nothing was bought.");

    private async Task NowAsync(int index, IList<ChatMessage> messages, SemaphoreSlim parallel, CancellationToken cancellationToken)
    {
        try
        {
            var result = await ResultAsync(index, () => client.GetResponseAsync(messages, options, cancellationToken), cancellationToken).ConfigureAwait(false);
            await _results.Writer.WriteAsync(result, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The reader left: nobody waits for this result.
        }
        finally
        {
            parallel.Release();
        }
    }

    /// <summary>A call that ran into a time limit of its own is that call's failure; only the reader's cancellation ends the list.</summary>
    private static async Task<ChatListResult> ResultAsync(int index, Func<Task<ChatResponse>> call, CancellationToken cancellationToken)
    {
        try
        {
            return new ChatListResult(index, await call().ConfigureAwait(false), null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new ChatListResult(index, null, exception);
        }
    }
}

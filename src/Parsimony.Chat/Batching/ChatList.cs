using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>One list of calls: enqueued in chunks where they can be batched, else made side by side; results in order of arrival.</summary>
internal sealed class ChatList(IChatClient client, ChatOptions? options, string? scope)
{
    private const int Chunk = 1_000;
    private readonly BatchingChatClient? _batching = client.GetService<BatchingChatClient>();
    private readonly Dictionary<Fingerprint, int> _seen = [];

    public async IAsyncEnumerable<ChatListResult> RunAsync(
        IEnumerable<IEnumerable<ChatMessage>> conversations, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var results = Channel.CreateUnbounded<ChatListResult>();
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = FeedAsync(conversations, results.Writer, stopped.Token);
        try
        {
            await foreach (var result in results.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return result;
            }

            await work.ConfigureAwait(false);
        }
        finally
        {
            await stopped.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task FeedAsync(IEnumerable<IEnumerable<ChatMessage>> conversations, ChannelWriter<ChatListResult> results, CancellationToken cancellationToken)
    {
        var waits = new List<Task>();
        using var parallel = new SemaphoreSlim(_batching?.Options.MaxParallelCalls ?? new BatchingOptions().MaxParallelCalls);
        try
        {
            var listScope = scope ?? _batching?.Engine.NewScope();
            var chunk = new List<(int Index, IntakeRequest Request)>(Chunk);
            var index = 0;
            foreach (var conversation in conversations)
            {
                var messages = conversation as IList<ChatMessage> ?? [.. conversation];
                if (Read(messages, listScope) is { } request)
                {
                    chunk.Add((index, request));
                    if (chunk.Count == Chunk)
                    {
                        await BuyAsync(chunk, results, waits, cancellationToken).ConfigureAwait(false);
                    }
                }
                else
                {
                    await parallel.WaitAsync(cancellationToken).ConfigureAwait(false);
                    waits.Add(NowAsync(index, messages, parallel, results, cancellationToken));
                }

                index++;
            }

            await BuyAsync(chunk, results, waits, cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(waits).ConfigureAwait(false);
            results.Complete();
        }
        catch (Exception exception)
        {
            results.Complete(exception);
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

    private async Task BuyAsync(
        List<(int Index, IntakeRequest Request)> chunk, ChannelWriter<ChatListResult> results, List<Task> waits, CancellationToken cancellationToken)
    {
        if (_batching is null || chunk.Count == 0)
        {
            return;
        }

        var accepted = await _batching.Engine.EnqueueAsync([.. chunk.Select(entry => entry.Request)], cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < accepted.Count; i++)
        {
            var index = chunk[i].Index;
            var id = accepted[i].Id;
            waits.Add(DeliverAsync(index, () => _batching.AwaitAsync(id, cancellationToken), results));
        }

        chunk.Clear();
    }

    private async Task NowAsync(int index, IList<ChatMessage> messages, SemaphoreSlim parallel, ChannelWriter<ChatListResult> results, CancellationToken cancellationToken)
    {
        try
        {
            await DeliverAsync(index, () => client.GetResponseAsync(messages, options, cancellationToken), results).ConfigureAwait(false);
        }
        finally
        {
            parallel.Release();
        }
    }

    private static async Task DeliverAsync(int index, Func<Task<ChatResponse>> call, ChannelWriter<ChatListResult> results)
    {
        ChatListResult result;
        try
        {
            result = new ChatListResult(index, await call().ConfigureAwait(false), null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            result = new ChatListResult(index, null, exception);
        }

        await results.WriteAsync(result).ConfigureAwait(false);
    }
}

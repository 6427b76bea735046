using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.GeminiGiven;

namespace Parsimony.Providers.Tests;

public sealed class GeminiMemoryTests
{
    private const int Items = 24_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_large_input_leaves_in_parts_while_it_is_still_being_read()
    {
        var made = 0;
        using var handler = new UploadHandler(() => made);
        var envelope = Canonical(new string('x', 1000));

        async IAsyncEnumerable<BatchItem> MakeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (; made < Items; made++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new BatchItem($"k-{made}", envelope);
            }

            await Task.CompletedTask;
        }

        var outcome = await Provider(handler, new ManualClock()).Batches.StageAsync(Input() with { Count = Items, Items = MakeAsync }, Token);

        Assert.IsType<StageOutcome.Staged>(outcome);
        Assert.True(handler.Parts.Count >= 3, $"{handler.Parts.Count} parts");
        Assert.All(handler.Parts.SkipLast(1), part => Assert.Equal(PartedUpload.UsualPartBytes, part.Bytes));
        // When a part leaves, no more items were made than it and what waits behind it can hold.
        Assert.All(handler.Parts.Select((part, index) => (part.Made, Most: ((index + 1) * (PartedUpload.UsualPartBytes / 1000)) + 500)), part => Assert.True(part.Made <= part.Most, $"{part.Made} > {part.Most}"));
        Assert.True(handler.Parts.Sum(part => part.Bytes) > Items * 1000L);
    }

    [Fact]
    public async Task A_large_result_is_read_line_by_line()
    {
        var line = Encoding.UTF8.GetBytes($$$"""{"key":"k-1","response":{{{Answer(new string('y', 2000))}}}}""" + "\n");
        using var results = new EndlessStream(line, Items);
        using var handler = new ScriptedHandler().ReplyStream(results);
        var ended = new BatchSnapshot { ProviderBatchId = "batches/xyz", Phase = BatchPhase.Ended, ResultReferences = ["files/batch-xyz"] };
        long read = 0;

        await foreach (var one in Provider(handler, new ManualClock()).Batches.ReadResultsAsync(ended, Token))
        {
            read++;
            Assert.True(results.Given - (read * line.Length) <= 512 * 1024, $"line {one.LineNumber}: {results.Given} bytes taken");
        }

        Assert.Equal(Items, read);
    }

    private sealed class UploadHandler(Func<int> made) : HttpMessageHandler
    {
        public List<(long Bytes, int Made)> Parts { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"file":{"name":"files/abc"}}""") };
            if (request.Headers.Contains("X-Goog-Upload-Protocol"))
            {
                response.Headers.TryAddWithoutValidation("X-Goog-Upload-URL", Session);
                return response;
            }

            var counter = new CountingStream();
            await request.Content!.CopyToAsync(counter, cancellationToken);
            Parts.Add((counter.Count, made()));
            return response;
        }
    }

    private sealed class CountingStream : MemoryStream
    {
        public long Count { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Count += buffer.Length;
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Gives one line many times, and holds it once.</summary>
    private sealed class EndlessStream(byte[] line, int times) : MemoryStream
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var at = (int)(Given % line.Length);
            var count = Given >= (long)line.Length * times ? 0 : Math.Min(buffer.Length, line.Length - at);
            line.AsSpan(at, count).CopyTo(buffer.Span);
            Given += count;
            return ValueTask.FromResult(count);
        }
    }
}

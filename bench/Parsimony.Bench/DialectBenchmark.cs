using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Parsimony.Bench;

/// <summary>What each provider's words cost: writing a request and a batch's input, reading an answer and a stream; beside one another, by bytes of the wire.</summary>
internal static class DialectBenchmark
{
    private const int RequestBytes = 8 * 1024;
    private const int AnswerBytes = 4 * 1024;
    private const int PieceBytes = 20;
    private const int Lines = 100;
    private static readonly string[] Tools = ["search", "book"];
    private static readonly string[] Works = ["request", "batch input", "answer", "stream"];

    public static async Task RunAsync(int runs)
    {
        var ways = DialectSubjects.All.SelectMany(Ways).OrderBy(way => Array.IndexOf(Works, way.Work)).ToList();
        foreach (var run in Enumerable.Range(-10, runs + 10))
        {
            foreach (var way in ways)
            {
                await way.RunAsync(isCounted: run >= 0);
            }
        }

        Console.WriteLine($"dialects: a request of {RequestBytes:N0} canonical bytes with two tools, {Lines} of them as a batch's input, an answer of {AnswerBytes:N0} bytes of text read and opened, and as a stream of pieces of {PieceBytes}");
        Console.WriteLine($"  {"",-18}{string.Concat(Works.Select(work => $"{work,30}"))}");
        Console.WriteLine($"  {"",-18}{string.Concat(Works.Select(_ => $"{"us",12}{"MB/s",8}{"OpenAI's",10}"))}");
        foreach (var subject in DialectSubjects.All)
        {
            Console.WriteLine($"  {subject.Name,-18}{string.Concat(Works.Select(work => Cell(subject, work)))}");
        }

        // How many times as fast, by the byte, OpenAI's are.
        string Cell(DialectSubject subject, string work) =>
            ways.Find(way => way.Subject == subject && way.Work == work) is not { } way ? $"{"-",30}"
            : string.Create(CultureInfo.InvariantCulture, $"{way.Microseconds,12:0.0}{way.MegabytesPerSecond,8:0}{ways.First(first => first.Work == work).MegabytesPerSecond / way.MegabytesPerSecond,10:0.00}");
    }

    private static IEnumerable<Way> Ways(DialectSubject subject)
    {
        var (id, model, shape, isSigned) = subject;
        var handler = new YesHandler();
        var provider = DialectSubjects.Create(id, new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan }, isSigned);
        var prose = new Prose(11);
        var request = Request(prose, new ModelId(id, model));
        var question = Requests.One(prose, 300, new ModelId(id, model));
        var text = prose.Next(AnswerBytes);
        var (whole, pieces) = (shape.Whole(text), shape.Stream([.. text.Chunk(PieceBytes).Select(piece => new string(piece))]));
        var output = new ArrayBufferWriter<byte>(2 * RequestBytes);
        yield return new Way(subject, "request", 200, () =>
        {
            output.ResetWrittenCount();
            provider.Render(request, CacheControl.None, output);
            return Task.FromResult((long)output.WrittenCount);
        });
        if (provider.Batches is { } batches)
        {
            var input = new BatchInput
            {
                SubmissionKey = "p-bench-1",
                Kind = EndpointKind.Chat,
                Count = Lines,
                // As the engine knows it, which measured every line when it accepted it.
                MostBytes = Lines * batches.MeasureLine(request),
                Items = _ => Enumerable.Range(0, Lines).Select(i => new BatchItem($"p-bench-{i}", request)).ToAsyncEnumerable(),
                SendLimit = TimeSpan.FromMinutes(5),
            };
            yield return new Way(subject, "batch input", 3, async () =>
            {
                handler.Body = null;
                var before = handler.Received;
                var staged = await batches.StageAsync(input) is StageOutcome.Staged { Input: var taken } ? taken : throw new InvalidOperationException($"{id} did not stage.");
                if (staged.Reference.Length == 0 && await batches.CreateAsync(input, staged) is not CreateOutcome.Accepted)
                {
                    throw new InvalidOperationException($"{id} did not create.");
                }

                return handler.Received - before;
            });
        }

        yield return new Way(subject, "answer", 100, async () =>
        {
            (handler.Body, handler.MediaType) = (whole, "application/json");
            var outcome = await provider.SendAsync(new LiveCall(question, "call-1", TimeSpan.FromMinutes(1)));
            var read = outcome is LiveOutcome.Answered { Answer: var answer } ? provider.ReadChat(answer.Body).Text : $"{outcome}";
            return read.Length == AnswerBytes ? whole.Length : throw new InvalidOperationException($"{id} read {read}.");
        });
        yield return new Way(subject, "stream", 20, async () =>
        {
            (handler.Body, handler.MediaType) = (pieces, shape == AnswerShape.Bedrock ? "application/vnd.amazon.eventstream" : "text/event-stream");
            using var client = provider.CreateChatClient(model);
            var length = 0;
            await foreach (var update in client.GetStreamingResponseAsync("hello"))
            {
                length += update.Text.Length;
            }

            return length == AnswerBytes ? pieces.Length : throw new InvalidOperationException($"{id} streamed {length} bytes of text.");
        });
    }

    private static Envelope Request(Prose prose, ModelId model)
    {
        var tools = Tools.Select(name => new ToolDeclaration(
            name, "What it does: " + prose.Next(60), JsonNode.Parse("""{"type":"object","properties":{"text":{"type":"string","description":"what"},"most":{"type":"integer"}},"required":["text"],"additionalProperties":false}""")!)).ToList();
        Envelope Of(string text) => new ChatRequest
        {
            Turns =
            [
                new ChatTurn(ChatTurnRole.System, [new ChatPart.Text(text[..(text.Length / 2)])]),
                new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(text[(text.Length / 2)..])]),
            ],
            Tools = tools,
            MaxOutputTokens = 200,
        }.ToEnvelope(model);
        return Of(prose.Next(RequestBytes - Of("").Bytes.Length));
    }

    /// <summary>One work of one provider: repeated, measured, and the middle of its times.</summary>
    private sealed record Way(DialectSubject Subject, string Work, int Rounds, Func<Task<long>> Do)
    {
        private readonly List<double> _times = [];
        private long _bytes;

        public double Microseconds => Comparison.Middle(_times);

        public double MegabytesPerSecond => _bytes / Microseconds;

        public async Task RunAsync(bool isCounted)
        {
            // What one way left behind is not cleared away in the next one's time.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Rounds; i++)
            {
                _bytes = await Do();
            }

            if (isCounted)
            {
                _times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / Rounds);
            }
        }
    }
}

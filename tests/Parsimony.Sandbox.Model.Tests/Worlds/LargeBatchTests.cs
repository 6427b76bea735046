using System.Text;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>Measured alone: memory is counted for the whole process.</summary>
[CollectionDefinition(nameof(LargeBatchTests), DisableParallelization = true)]
public sealed class LargeBatchCollection;

[Collection(nameof(LargeBatchTests))]
public sealed class LargeBatchTests
{
    private const int Lines = 10_000;

    [Fact]
    public async Task A_large_file_is_kept_once_and_its_results_are_made_as_they_are_read()
    {
        using var scene = new Scene();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var file = await Upload(scene);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        var id = (await scene.CreateOpenAI(file)).Of("id");
        scene.Pass(TimeSpan.FromHours(1));
        var output = (await scene.GetOpenAI(id)).GetProperty("output_file_id").GetString();

        var peak = 0L;
        using var sink = new CountingSink(() => peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false)));
        var request = new SandboxRequest { Method = "GET", Path = $"/v1/files/{output}/content", Headers = Headers("application/json") };
        await (await scene.World.HandleAsync("openai", request, TestContext.Current.CancellationToken)).WriteBody(sink, TestContext.Current.CancellationToken);

        // 40 MB came in; compressed blocks stay.
        Assert.InRange(kept, 0, 15_000_000);
        Assert.Equal(Lines, sink.Lines);
        Assert.InRange(peak - before, 0, 200_000_000);
    }

    private static async Task<string> Upload(Scene scene)
    {
        var request = new SandboxRequest
        {
            Method = "POST",
            Path = "/v1/files",
            Headers = Headers("multipart/form-data; boundary=b"),
            Body = new GeneratedUpload(Lines),
        };
        using var reply = new MemoryStream();
        await (await scene.World.HandleAsync("openai", request, TestContext.Current.CancellationToken)).WriteBody(reply, TestContext.Current.CancellationToken);
        return System.Text.Json.JsonElement.Parse(reply.ToArray()).GetProperty("id").GetString() ?? "";
    }

    private static Dictionary<string, string> Headers(string contentType) =>
        new(StringComparer.OrdinalIgnoreCase) { ["Authorization"] = "Bearer k", ["Content-Type"] = contentType };

    /// <summary>A multipart body made while it is read.</summary>
    private sealed class GeneratedUpload(int lines) : MemoryStream
    {
        private readonly string _filler = string.Join(' ', Enumerable.Range(0, 700).Select(i => "word" + (i % 97)));
        private byte[] _rest = Encoding.UTF8.GetBytes(
            "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n");

        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_rest.Length == 0 && _next <= lines)
            {
                _rest = Encoding.UTF8.GetBytes(_next == lines
                    ? "\r\n--b--\r\n"
                    : $"{{\"custom_id\":\"i-{_next}\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{Scene.ChatBody($"{_next} {_filler}")}}}\n");
                _next++;
            }

            var part = Math.Min(buffer.Length, _rest.Length);
            _rest.AsMemory(0, part).CopyTo(buffer);
            _rest = _rest[part..];
            return ValueTask.FromResult(part);
        }
    }

    private sealed class CountingSink(Action sample) : MemoryStream
    {
        public int Lines { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Lines += buffer.Span.Count((byte)'\n');
            if (Lines % 1_000 == 0)
                sample();
            return ValueTask.CompletedTask;
        }
    }
}

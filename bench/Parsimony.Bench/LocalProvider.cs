using System.Net;
using System.Text;
using System.Text.Json;

namespace Parsimony.Bench;

/// <summary>OpenAI's files and batches as a folder: uploads become files, and every batch is done at once.</summary>
internal sealed class LocalProvider(string folder) : HttpMessageHandler
{
    private int _files;

    /// <summary>How long an answer's text is; null makes no results.</summary>
    public int? AnswerBytes { get; init; }

    /// <summary>Whether results come in an order of their own, as providers may give them, or in that of the input.</summary>
    public bool IsShuffled { get; init; } = true;

    /// <summary>Where an upload went.</summary>
    public string InputPath(string id) => Path.Combine(folder, id + ".jsonl");

    /// <summary>Where a batch's results are.</summary>
    public string OutputPath(string id) => Path.Combine(folder, "out-" + id + ".jsonl");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri?.AbsolutePath ?? "";
        if (request.Method == HttpMethod.Post && path.EndsWith("/files", StringComparison.Ordinal))
        {
            return Json($$$$"""{"id":"{{{{await ReceiveAsync(request, cancellationToken)}}}}"}""");
        }

        if (request.Method == HttpMethod.Post && request.Content is { } content)
        {
            using var body = JsonDocument.Parse(await content.ReadAsByteArrayAsync(cancellationToken));
            return Json($$$$"""{"id":"batch-{{{{body.RootElement.GetProperty("input_file_id").GetString()}}}}","object":"batch","status":"validating"}""");
        }

        if (path.EndsWith("/content", StringComparison.Ordinal))
        {
            var file = Path.Combine(folder, path.Split('/')[^2] + ".jsonl");
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(File.OpenRead(file)) };
        }

        var id = path.Split('/')[^1];
        return Json($$$$"""{"id":"{{{{id}}}}","object":"batch","status":"completed","output_file_id":"out-{{{{id["batch-".Length..]}}}}","request_counts":{"completed":1,"failed":0}}""");
    }

    private async Task<string> ReceiveAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var id = $"file-{Interlocked.Increment(ref _files)}";
        var form = (MultipartFormDataContent)(request.Content ?? throw new InvalidOperationException("An upload has a body."));
        var upload = form.Last();
        await using (var file = File.Create(InputPath(id), 1 << 16))
        {
            await upload.CopyToAsync(file, cancellationToken);
        }

        if (AnswerBytes is { } bytes)
        {
            WriteResults(InputPath(id), OutputPath(id), bytes, IsShuffled);
        }

        return id;
    }

    /// <summary>One answer for each line of the input.</summary>
    private static void WriteResults(string input, string output, int bytes, bool isShuffled)
    {
        var ids = File.ReadLines(input).Select(line => line["{\"custom_id\":\"".Length..line.IndexOf('"', 14)]).ToArray();
        if (isShuffled)
        {
            new Random(5).Shuffle(ids);
        }

        var prose = new Prose(6);
        var random = new Random(7);
        using var file = new StreamWriter(output, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16);
        for (var i = 0; i < ids.Length; i++)
        {
            var (asked, answered) = (random.Next(200, 300), random.Next(40, 120));
            file.Write($$$$$"""{"id":"batch_req_{{{{{i:x24}}}}}","custom_id":"{{{{{ids[i]}}}}}","response":{"status_code":200,"request_id":"req_{{{{{i:x32}}}}}","body":{"id":"chatcmpl-{{{{{i:x29}}}}}","object":"chat.completion","created":1790000000,"model":"gpt-5-mini-2025-08-07","choices":[{"index":0,"message":{"role":"assistant","content":"{{{{{prose.Next(bytes)}}}}}","refusal":null,"annotations":[]},"finish_reason":"stop"}],"usage":{"prompt_tokens":{{{{{asked}}}}},"completion_tokens":{{{{{answered}}}}},"total_tokens":{{{{{asked + answered}}}}},"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}},"service_tier":"default","system_fingerprint":null}},"error":null}""");
            file.Write('\n');
        }
    }

    private static HttpResponseMessage Json(string body) => new(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}

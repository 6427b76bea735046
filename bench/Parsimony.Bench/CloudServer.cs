using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Web;

namespace Parsimony.Bench;

/// <summary>Three clouds on the loopback address: object stores that keep inputs in files, jobs that are done at once, and results that are made while they are read.</summary>
internal sealed class CloudServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("parsimony-cloud-").FullName;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly List<(string Input, string Output)> _jobs = [];
    private readonly byte[] _answer;
    private readonly Task _serving;

    public CloudServer(int answerBytes)
    {
        _answer = Encoding.UTF8.GetBytes(new Prose(6).Next(answerBytes));
        using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>Bytes of results sent so far.</summary>
    public long Sent { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ServeAsync()
    {
        var calls = new List<Task>();
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                calls.Add(Task.Run(() => AnswerAsync(context)));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            await Task.WhenAll(calls);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            await AnswerAsync(context.Request, context.Response);
            await context.Request.InputStream.CopyToAsync(Stream.Null);
            // Dispose would end the connection, and not tell the client, which may be sending its next request into it.
            context.Response.Close();
        }
        catch
        {
            context.Response.Abort();
            throw;
        }
    }

    private async Task AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var path = request.Url?.AbsolutePath.TrimStart('/') ?? "";
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var (cloud, rest, query) = (path[..slash], Uri.UnescapeDataString(path[(slash + 1)..]), HttpUtility.ParseQueryString(request.Url?.Query ?? ""));
        switch (cloud)
        {
            case "azure" or "bedrock" or "vertex":
                await JobAsync(request, response, cloud, rest);
                break;
            case "gcs" when rest.StartsWith("upload/", StringComparison.Ordinal):
                response.Headers["Location"] = $"/gcs/session?name={Uri.EscapeDataString(query["name"] ?? "")}";
                await WriteAsync(response, "{}");
                break;
            case "gcs" when rest == "session":
                await ResumeAsync(request, response, NameOf(query["name"] ?? ""));
                break;
            case "gcs" when query["prefix"] is { } prefix:
                await WriteAsync(response, $$"""{"items":[{"name":"{{prefix}}predictions.jsonl"}]}""");
                break;
            case "s3" when query["list-type"] is not null:
                await WriteAsync(response, $"<ListBucketResult><Contents><Key>{query["prefix"]}input.jsonl.out</Key></Contents><IsTruncated>false</IsTruncated></ListBucketResult>");
                break;
            case "s3" when request.HttpMethod == "POST":
                await WriteAsync(response, query["uploadId"] is null
                    ? "<InitiateMultipartUploadResult><UploadId>u-1</UploadId></InitiateMultipartUploadResult>"
                    : "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>");
                break;
            case var _ when request.HttpMethod == "PUT":
                if (query["comp"] != "blocklist")
                {
                    await KeepAsync(request, NameOf(rest));
                }

                response.Headers["ETag"] = "\"e-1\"";
                response.StatusCode = cloud == "blob" ? 201 : 200;
                break;
            case var _ when request.HttpMethod == "GET":
                await SendResultsAsync(response, NameOf(rest));
                break;
            default:
                response.StatusCode = 204;
                break;
        }
    }

    private async Task JobAsync(HttpListenerRequest request, HttpListenerResponse response, string cloud, string rest)
    {
        int number;
        if (request.HttpMethod == "POST")
        {
            using var body = await JsonDocument.ParseAsync(request.InputStream);
            var root = body.RootElement;
            var (input, output) = cloud switch
            {
                "azure" => (root.GetProperty("input_blob"), root.GetProperty("output_folder").GetProperty("url")),
                "bedrock" => (root.GetProperty("inputDataConfig").GetProperty("s3InputDataConfig").GetProperty("s3Uri"), root.GetProperty("outputDataConfig").GetProperty("s3OutputDataConfig").GetProperty("s3Uri")),
                _ => (root.GetProperty("inputConfig").GetProperty("gcsSource").GetProperty("uris")[0], root.GetProperty("outputConfig").GetProperty("gcsDestination").GetProperty("outputUriPrefix")),
            };
            lock (_gate)
            {
                _jobs.Add((input.GetString() ?? "", output.GetString() ?? ""));
                number = _jobs.Count - 1;
            }
        }
        else
        {
            number = int.Parse(rest[(rest.LastIndexOfAny(['/', '-']) + 1)..], CultureInfo.InvariantCulture);
        }

        var place = _jobs[number].Output;
        await WriteAsync(response, cloud switch
        {
            "azure" => $$$"""{"id":"batch-{{{number}}}","object":"batch","status":"completed","output_blob":"{{{place}}}/results.jsonl","request_counts":{"completed":1,"failed":0}}""",
            "bedrock" => $$$$"""{"jobArn":"arn:aws:bedrock:us-east-1:000000000000:model-invocation-job/{{{{number}}}}","status":"Completed","processedRecordCount":1,"outputDataConfig":{"s3OutputDataConfig":{"s3Uri":"{{{{place}}}}"}}}""",
            _ => $$$"""{"name":"projects/bench/locations/us-central1/batchPredictionJobs/{{{number}}}","state":"JOB_STATE_SUCCEEDED","outputInfo":{"gcsOutputDirectory":"{{{place}}}"}}""",
        });
    }

    private async Task ResumeAsync(HttpListenerRequest request, HttpListenerResponse response, string name)
    {
        var length = await KeepAsync(request, name);
        if (request.Headers["Content-Range"]?.EndsWith("/*", StringComparison.Ordinal) is true)
        {
            response.Headers["X-HTTP-Status-Code-Override"] = "308";
            response.Headers["Range"] = string.Create(CultureInfo.InvariantCulture, $"bytes=0-{length - 1}");
            return;
        }

        await WriteAsync(response, string.Create(CultureInfo.InvariantCulture, $$"""{"size":"{{length}}"}"""));
    }

    /// <summary>Adds a part to an object; its length so far.</summary>
    private async Task<long> KeepAsync(HttpListenerRequest request, string name)
    {
        string path;
        lock (_gate)
        {
            path = _files.TryGetValue(name, out var known) ? known : _files[name] = Path.Combine(_folder, $"{_files.Count}.jsonl");
        }

        await using var file = new FileStream(path, FileMode.Append);
        await request.InputStream.CopyToAsync(file);
        return file.Length;
    }

    /// <summary>An answer for each line of the input of the job that writes there, in the words of the cloud; two of the three repeat the line.</summary>
    private async Task SendResultsAsync(HttpListenerResponse response, string name)
    {
        var input = _jobs.First(job => name.StartsWith(NameOf(job.Output), StringComparison.Ordinal)).Input;
        response.SendChunked = true;
        await using var body = new BufferedStream(response.OutputStream, 1 << 16);
        foreach (var line in File.ReadLines(_files[NameOf(input)]))
        {
            var (head, tail) = line switch
            {
                _ when line.StartsWith("{\"recordId\"", StringComparison.Ordinal) => (
                    line[..^1] + ",\"modelOutput\":{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"",
                    "\"}]}},\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":20000,\"outputTokens\":200,\"totalTokens\":20200}}}\n"),
                _ when line.StartsWith("{\"request\"", StringComparison.Ordinal) => (
                    line[..^1] + ",\"response\":{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"",
                    "\"}],\"role\":\"model\"},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":20000,\"candidatesTokenCount\":200,\"totalTokenCount\":20200}}}\n"),
                _ => (
                    $$$"""{"custom_id":"{{{line["{\"custom_id\":\"".Length..line.IndexOf('"', 14)]}}}","response":{"status_code":200,"body":{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4.1-mini","choices":[{"index":0,"message":{"role":"assistant","content":""" + "\"",
                    "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":20000,\"completion_tokens\":200,\"total_tokens\":20200}}},\"error\":null}\n"),
            };
            var (before, after) = (Encoding.UTF8.GetBytes(head), Encoding.UTF8.GetBytes(tail));
            await body.WriteAsync(before);
            await body.WriteAsync(_answer);
            await body.WriteAsync(after);
            Sent += before.Length + _answer.Length + after.Length;
        }
    }

    /// <summary>The name by which an address, or a path below a store's, is known here: what follows the folder all work lies in.</summary>
    private static string NameOf(string address) => address[(address.LastIndexOf("work/", StringComparison.Ordinal) + "work/".Length)..];

    private static async Task WriteAsync(HttpListenerResponse response, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        response.ContentType = text.StartsWith('<') ? "application/xml" : "application/json";
        response.ContentLength64 = bytes.Length;
        await response.OutputStream.WriteAsync(bytes);
    }
}

using System.Globalization;
using System.Security.Cryptography;

namespace Parsimony.Sandbox.Model;

/// <summary>The part of S3 a batch needs, with the bucket in the path (https://docs.aws.amazon.com/AmazonS3/latest/API/, read 2026-11-21). Every bucket exists.</summary>
internal sealed class S3Api(WorldState state, BatchEngine engine, Twin twin) : ProviderApi(state, engine, twin)
{
    public const string ProviderName = "s3";

    private readonly S3Store _store = new(state);

    public static Twin Twin { get; } = new(ProviderName, "", [], null, static (state, engine, twin) => new S3Api(state, engine, twin));

    public override (string Operation, string Id)? Route(string method, string[] path) => (method, path) switch
    {
        ("GET", [_]) => (Operation.FileList, ""),
        ("GET", [_, _, ..]) => (Operation.FileContent, path[^1]),
        ("HEAD", [_, _, ..]) => (Operation.FileGet, path[^1]),
        ("PUT" or "POST", [_, _, ..]) => (Operation.FileUpload, path[^1]),
        ("DELETE", [_, _, ..]) => (Operation.FileDelete, path[^1]),
        _ => null,
    };

    public override string? KeyOf(SandboxRequest request) => SignatureCheck.KeyOf(request);

    public override SandboxResponse Refuse(Refusal refusal, ulong chance)
    {
        var (status, code) = refusal switch
        {
            { Code: "MissingAuthenticationTokenException" } => (403, "AccessDenied"),
            { Code: "InvalidSignatureException" } => (403, "SignatureDoesNotMatch"),
            { Type: "authentication_error" } => (403, "InvalidAccessKeyId"),
            { Code: { } own } when !own.Contains('_', StringComparison.Ordinal) => (refusal.Status, own),
            { Status: 404 } => (404, "NoSuchKey"),
            { Status: 429 } => (503, "SlowDown"),
            { Status: 503 } => (503, "ServiceUnavailable"),
            { Status: >= 500 } => (refusal.Status, "InternalError"),
            _ => (refusal.Status, "InvalidRequest"),
        };
        return S3Xml.Reply(status, S3Xml.Element("Error", S3Xml.Text("Code", code) + S3Xml.Text("Message", refusal.Message) + S3Xml.Text("RequestId", $"{chance:x16}")));
    }

    public override async Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(call.Request.Body, cancellationToken).ConfigureAwait(false);
        if (State.Options.RequireKey && SignatureCheck.Refuse(call.Request, body, ProviderName) is { } refusal)
            return Refuse(call, refusal);
        if (S3Checksum.Refuse(call.Request, body) is { } wrong)
            return Refuse(call, wrong);
        ResultLines? lines = null;
        StoredFile? file;
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (call.Operation != Operation.FileContent)
                return Change(call, body);
            file = _store.Find(NameOf(call));
            if (file is null)
                return Refuse(call, new Refusal(404, "not_found_error", "The specified key does not exist.", null, "NoSuchKey"));
            if (file is { Batch: > 0, Purpose: S3Store.Records })
            {
                var batch = State.Batches[file.Batch - 1];
                Shape(batch, call);
                lines = BedrockResults.Lines(State, batch, CutsLast(call));
                State.Commit();
            }
        }

        return lines is not null ? Exit.Produced("application/octet-stream", lines.WriteAsync) : await WholeAsync(call, file, cancellationToken).ConfigureAwait(false);
    }

    private static string NameOf(Call call) => call.Request.Path.TrimStart('/');

    private static string KeyOf(string name) => name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private SandboxResponse Change(Call call, byte[] body)
    {
        var name = NameOf(call);
        switch (call.Request.Method)
        {
            case "GET":
                return _store.List(call, name.TrimEnd('/'));
            case "HEAD":
                return _store.Find(name) is null ? new SandboxResponse { Status = 404 } : new SandboxResponse();
            case "DELETE" when call.Query("uploadId") is { } aborted:
                _store.Abort(name, aborted);
                State.Commit();
                return new SandboxResponse { Status = 204 };
            case "DELETE":
                _store.Delete(name);
                State.Commit();
                return new SandboxResponse { Status = 204 };
            case "POST" when call.Query("uploadId") is { } upload:
                return _store.Complete(call, name, upload, body) is { } tag ? Applied(call, FaultName.CreateReplyLost, S3Xml.Reply(200, S3Xml.Element(
                    "CompleteMultipartUploadResult", S3Xml.Text("Key", KeyOf(name)) + S3Xml.Text("ETag", tag))))
                    : Refuse(call, new Refusal(400, "invalid_request_error", "One or more of the specified parts could not be found.", null, "InvalidPart"));
            case "POST":
                return Applied(call, FaultName.CreateReplyLost, S3Xml.Reply(200, S3Xml.Element("InitiateMultipartUploadResult", S3Xml.Text("Key", KeyOf(name)) + S3Xml.Text("UploadId", _store.Begin(call, name)))));
            default:
                return Put(call, name, body);
        }
    }

    private SandboxResponse Put(Call call, string name, byte[] body)
    {
        if (call.Query("uploadId") is not { } upload)
        {
            _store.Put(call, name, body);
        }
        else if (call.Request.Header(S3Checksum.Header) is not null && !_store.IsChecked(upload))
        {
            return Refuse(call, S3Checksum.Unexpected);
        }
        else if (!_store.Part(call, name, upload, call.Query("partNumber") ?? "", body))
        {
            return Refuse(call, new Refusal(404, "not_found_error", "The specified upload does not exist.", null, "NoSuchUpload"));
        }

        var response = new SandboxResponse();
        response.Headers["ETag"] = S3Store.TagOf(body);
        return Applied(call, FaultName.CreateReplyLost, response);
    }

    private async Task<SandboxResponse> WholeAsync(Call call, StoredFile file, CancellationToken cancellationToken)
    {
        byte[] bytes;
        if (file.Batch > 0)
        {
            lock (State.Gate)
                bytes = BedrockResults.Manifest(State, State.Batches[file.Batch - 1]);
        }
        else
        {
            using var buffer = new MemoryStream();
            await (file.Content?.CopyToAsync(buffer, cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
            bytes = buffer.ToArray();
        }

        var (from, to) = (0, bytes.Length);
        if (call.Request.Header("Range") is { } range && range.StartsWith("bytes=", StringComparison.Ordinal) && range[6..].Split('-') is [var first, var last]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out from))
        {
            to = int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var end) ? Math.Min(bytes.Length, end + 1) : bytes.Length;
            if (from >= to)
                return Refuse(call, new Refusal(416, "invalid_request_error", "The requested range is not satisfiable", null, "InvalidRange"));
        }

        var part = bytes[from..to];
        var response = new SandboxResponse { Status = part.Length == bytes.Length ? 200 : 206, WriteBody = (target, token) => target.WriteAsync(part, token).AsTask() };
        response.Headers["Content-Type"] = "application/octet-stream";
        response.Headers["Content-Length"] = part.Length.ToString(CultureInfo.InvariantCulture);
        response.Headers["ETag"] = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"";
        return response;
    }
}

using System.Text;
using System.Text.Json;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>The calls tests make of the twins whose batch APIs are their own.</summary>
internal static class OwnBatchGiven
{
    private const string Boundary = "----boundary";
    private const string Jobs = "/v1/accounts/acme/batchInferenceJobs";

    public static Task<Sent> CallAsync(this Scene scene, string provider, string method, string path, string? body = null) =>
        scene.SendAsync(provider, method, path, body is null ? null : Encoding.UTF8.GetBytes(body));

    public static Task<Sent> PostFileAsync(this Scene scene, string provider, string path, string lines) => scene.SendAsync(
        provider,
        "POST",
        path,
        Encoding.UTF8.GetBytes(
            $"--{Boundary}\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n\r\n{lines}\r\n--{Boundary}--\r\n"),
        $"multipart/form-data; boundary={Boundary}");

    public static string Rows(int count) => string.Concat(Enumerable.Range(0, count).Select(i =>
        $$$"""{"custom_id":"item-{{{i}}}","body":{"messages":[{"role":"user","content":"question {{{i}}}"}]}}""" + "\n"));

    public static string XaiRows(int count) => string.Concat(Enumerable.Range(0, count).Select(i =>
        $$$"""{"custom_id":"item-{{{i}}}","method":"POST","url":"/v1/chat/completions","body":{"model":"grok-4.3","messages":[{"role":"user","content":"question {{{i}}}"}]}}""" + "\n"));

    public static async Task<string> MistralJobAsync(this Scene scene, string? lines = null)
    {
        var file = (await scene.PostFileAsync("mistral", "/v1/files", lines ?? Rows(10))).Of("id");
        return (await scene.CallAsync("mistral", "POST", "/v1/batch/jobs", $$$"""{"endpoint":"/v1/chat/completions","model":"mistral-small-latest","input_files":["{{{file}}}"],"metadata":{"app":"1"}}""")).Of("id");
    }

    public static async Task<string> XaiBatchAsync(this Scene scene, string? lines = null, string name = "n")
    {
        var file = (await scene.PostFileAsync("xai", "/v1/files", lines ?? XaiRows(10))).Of("id");
        return (await scene.CallAsync("xai", "POST", "/v1/batches", $$"""{"name":"{{name}}","input_file_id":"{{file}}"}""")).Of("batch_id");
    }

    public static async Task<string> FireworksJobAsync(this Scene scene, string? lines = null, string id = "job")
    {
        await scene.CallAsync("fireworks", "POST", "/v1/accounts/acme/datasets", $$$"""{"datasetId":"{{{id}}}-in","dataset":{"userUploaded":{},"exampleCount":"10"}}""");
        await scene.PostFileAsync("fireworks", $"/v1/accounts/acme/datasets/{id}-in:upload", lines ?? Rows(10));
        await scene.CallAsync("fireworks", "POST", $"{Jobs}?batchInferenceJobId={id}", $$"""{"model":"accounts/fireworks/models/x","inputDatasetId":"{{id}}-in","outputDatasetId":"{{id}}-out"}""");
        return $"{Jobs}/{id}";
    }

    public static async Task<JsonElement> GetAsync(this Scene scene, string provider, string path) => (await scene.CallAsync(provider, "GET", path)).Json;

    /// <summary>The addresses of a dataset's files, by their names.</summary>
    public static async Task<Dictionary<string, Uri>> AddressesAsync(this Scene scene, string dataset) =>
        (await scene.GetAsync("fireworks", $"/v1/accounts/acme/datasets/{dataset}:getDownloadEndpoint")).GetProperty("filenameToSignedUrls").EnumerateObject()
            .ToDictionary(file => file.Name[(file.Name.LastIndexOf('/') + 1)..], file => new Uri(file.Value.GetString()!), StringComparer.Ordinal);

    public static Task<Sent> FetchAsync(this Scene scene, Uri address) => scene.CallAsync("fireworks", "GET", address.PathAndQuery);
}

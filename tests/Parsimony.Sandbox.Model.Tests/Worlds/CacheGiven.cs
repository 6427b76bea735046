using System.Text;
using System.Text.Json;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>The calls tests make of Gemini's explicit caches.</summary>
internal static class CacheGiven
{
    public const string Flash = "gemini-2.5-flash";

    /// <summary>2,500 of the simulated tokens.</summary>
    public static string Document { get; } = string.Concat(Enumerable.Repeat("a document", 1_000));

    public static string Turn(string text, string role = "user") => $$"""{"role":"{{role}}","parts":[{"text":"{{text}}"}]}""";

    public static string Body(string more = ",\"ttl\":\"300s\"", string model = Flash, string? text = null) =>
        $$"""{"model":"models/{{model}}","contents":[{{Turn(text ?? Document)}}]{{more}}}""";

    public static Task<Sent> MakeAsync(this Scene scene, string? body = null, string key = "key") =>
        scene.SendAsync("gemini", "POST", "/v1beta/cachedContents", Encoding.UTF8.GetBytes(body ?? Body()), key: key);

    public static async Task<string> CacheAsync(this Scene scene, string? body = null, string key = "key") => (await scene.MakeAsync(body, key)).Of("name");

    public static Task<Sent> CacheCallAsync(this Scene scene, string method, string path, string? body = null, string key = "key") =>
        scene.SendAsync("gemini", method, "/v1beta/" + path, body is null ? null : Encoding.UTF8.GetBytes(body), key: key);

    public static Task<Sent> AskAsync(this Scene scene, string cache, string more = "", string question = "and now?", string model = Flash, string verb = "generateContent", string key = "key") =>
        scene.CacheCallAsync("POST", $"models/{model}:{verb}", $$"""{"contents":[{{Turn(question)}}],"cachedContent":"{{cache}}"{{more}}}""", key);

    public static string AnswerOf(Sent sent) =>
        sent.Json.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString() ?? "";

    public static (int Code, string Status, string Message) ErrorOf(Sent sent)
    {
        var error = sent.Json.GetProperty("error");
        return (error.GetProperty("code").GetInt32(), error.GetProperty("status").GetString() ?? "", error.GetProperty("message").GetString() ?? "");
    }

    public static int? Usage(Sent sent, string name) =>
        sent.Json.GetProperty("usageMetadata").TryGetProperty(name, out var value) ? value.GetInt32() : null;

    public static DateTimeOffset Time(JsonElement cache, string name) => cache.GetProperty(name).GetDateTimeOffset();

    public static string[] Names(Sent list) =>
        list.Json.TryGetProperty("cachedContents", out var caches) ? [.. caches.EnumerateArray().Select(cache => cache.GetProperty("name").GetString() ?? "")] : [];
}

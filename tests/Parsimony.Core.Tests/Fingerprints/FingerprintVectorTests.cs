using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Core.Tests;

/// <summary>The published vectors, against the product and against a plain second implementation of the rule in docs/decisions/0003.</summary>
public sealed class FingerprintVectorTests
{
    public static TheoryData<string> Names => [.. Vectors().Select(vector => vector.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_what_was_published(string name)
    {
        var vector = Vectors().Single(candidate => candidate.Name == name);

        Assert.Equal(vector.Fingerprint, Fingerprinter.Of(vector.Envelope, 1).ToString());
        Assert.Equal(vector.SharedPrefix, Fingerprinter.SharedPrefix(vector.Envelope) is { Version: > 0 } shared ? shared.ToString() : null);
        Assert.Equal(vector.Prefixes, Fingerprinter.Prefixes(vector.Envelope).Select(prefix => prefix.ToString()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_what_the_written_rule_gives(string name)
    {
        var vector = Vectors().Single(candidate => candidate.Name == name);

        Assert.Equal(vector.Fingerprint, PlainFingerprint.Of(vector.Envelope));
        if (vector.Envelope is { Dialect: Dialect.Canonical, Kind: EndpointKind.Chat })
        {
            Assert.Equal(vector.Prefixes, PlainFingerprint.Prefixes(vector.Envelope));
        }
    }

    private static List<Vector> Vectors()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path()));
        return [.. document.RootElement.GetProperty("vectors").EnumerateArray().Select(Read)];
    }

    private static Vector Read(JsonElement vector) => new(
        vector.GetProperty("name").GetString()!,
        new Envelope
        {
            Kind = Enum.Parse<EndpointKind>(vector.GetProperty("kind").GetString()!, ignoreCase: true),
            Dialect = Enum.Parse<Dialect>(vector.GetProperty("dialect").GetString()!, ignoreCase: true),
            Model = ModelId.Parse(vector.GetProperty("model").GetString()!),
            Bytes = Encoding.UTF8.GetBytes(vector.GetProperty("body").GetString()!),
        },
        vector.GetProperty("fingerprint").GetString()!,
        vector.GetProperty("sharedPrefix").GetString(),
        [.. vector.GetProperty("prefixes").EnumerateArray().Select(prefix => prefix.GetString()!)]);

    private static string Path([CallerFilePath] string here = "") =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "..", "..", "vectors", "fingerprints-v1.json");

    private sealed record Vector(string Name, Envelope Envelope, string Fingerprint, string? SharedPrefix, IReadOnlyList<string> Prefixes);
}

/// <summary>The rule again with trees and strings, sharing nothing with the product.</summary>
internal static class PlainFingerprint
{
    private static readonly string[] Outside = ["model", "stream", "stream_options", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention"];

    private static readonly string[] Marks = ["cache_control", "prompt_cache_breakpoint"];

    private static readonly string[] Opaque = ["input_schema", "parameters", "schema", "metadata"];

    public static string Of(Envelope envelope)
    {
        var body = Encoding.UTF8.GetString(envelope.Bytes.Span);
        if (envelope.Dialect != Dialect.Canonical)
        {
            var tree = (JsonObject)JsonNode.Parse(body)!;
            foreach (var name in tree.Select(member => member.Key).ToList())
            {
                if (Outside.Contains(name) || name.StartsWith("parsimony", StringComparison.Ordinal))
                {
                    tree.Remove(name);
                }
            }

            body = Write(tree, keep: false, marks: true);
        }

        return Show(SHA256.HashData([.. Header(envelope), .. Encoding.UTF8.GetBytes(body)]));
    }

    public static IEnumerable<string> Prefixes(Envelope envelope)
    {
        var body = JsonNode.Parse(envelope.Bytes.Span)!;
        var digest = SHA256.HashData([.. Header(envelope), 0, .. body["format"] is { } format ? Encoding.UTF8.GetBytes(Raw(format)) : []]);
        foreach (var tool in body["tools"]?.AsArray() ?? [])
        {
            digest = SHA256.HashData([.. digest, .. Encoding.UTF8.GetBytes("tool\0" + Raw(tool!))]);
            yield return Show(digest);
        }

        foreach (var turn in body["turns"]!.AsArray())
        {
            var word = "turn\0";
            foreach (var part in turn!["parts"]!.AsArray())
            {
                var name = turn["name"] is { } author ? Raw(author) : "";
                digest = SHA256.HashData([.. digest, .. Encoding.UTF8.GetBytes($"{word}{Raw(turn["role"]!)}\0{name}\0{Raw(part!)}")]);
                yield return Show(digest);
                word = "part\0";
            }
        }
    }

    private static byte[] Header(Envelope envelope)
    {
        var dialect = envelope.Dialect switch { Dialect.Canonical => "canonical", Dialect.OpenAI => "openAI", _ => "anthropic" };
        return [1, .. Encoding.UTF8.GetBytes($"{envelope.Kind.ToString().ToLowerInvariant()}\0{dialect}\0{envelope.Model.Provider}\0{envelope.Model.Name}\0")];
    }

    private static string Write(JsonNode? node, bool keep, bool marks) => node switch
    {
        JsonObject members => "{" + string.Join(',', (keep ? members : members.OrderBy(member => member.Key, StringComparer.Ordinal).AsEnumerable())
            .Where(member => keep || !marks || !Marks.Contains(member.Key))
            .Select(member => Raw(JsonValue.Create(member.Key)) + ":" + Write(
                member.Value,
                !keep && member.Key == "properties",
                marks && (keep || !(Opaque.Contains(member.Key) || (member.Key == "input" && member.Value is JsonObject)))))) + "}",
        JsonArray items => "[" + string.Join(',', items.Select(item => Write(item, keep: false, marks))) + "]",
        null => "null",
        _ => Raw(node),
    };

    private static string Raw(JsonNode node) =>
        node.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string Show(byte[] digest) => "1:" + Convert.ToHexStringLower(digest.AsSpan(0, 16));
}

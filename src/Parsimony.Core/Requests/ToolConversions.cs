using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony;

/// <summary>Tool declarations between the two vocabularies.</summary>
internal static class ToolConversions
{
    /// <summary>The additional property by which the OpenAI adapter of Microsoft.Extensions.AI is told to hold a tool's schema strictly.</summary>
    public const string StrictKey = "strict";

    public static IReadOnlyList<ToolDeclaration> FromTools(ChatOptions options)
    {
        var strictForAll = Strict(options.AdditionalProperties);
        return options.Tools is { Count: > 0 } tools ? [.. tools.Select(tool => FromTool(tool, strictForAll))] : [];
    }

    public static AITool ToTool(ToolDeclaration tool) => new StoredDeclaration(tool);

    private static ToolDeclaration FromTool(AITool tool, bool? strictForAll) => tool is AIFunctionDeclaration function
        ? new ToolDeclaration(
            function.Name,
            string.IsNullOrEmpty(function.Description) ? null : function.Description,
            CanonicalBytes.ToNode(function.JsonSchema) ?? throw NoSchema(function.Name),
            Strict(function.AdditionalProperties) ?? strictForAll)
        : throw new NotStorableException(
            $"The tool '{tool.Name}' is a {tool.GetType().Name}, which only the provider's own client knows how to declare",
            "Declare it in AdditionalProperties in the provider's words, or send this call without a deadline.");

    private static NotStorableException NoSchema(string name) =>
        new($"The tool '{name}' has a null schema", "Give it a JSON schema; an empty object allows anything.");

    private static bool? Strict(IReadOnlyDictionary<string, object?>? properties) =>
        properties is not null && properties.TryGetValue(StrictKey, out var value) && value is bool strict ? strict : null;

    /// <summary>A declaration without a function: its schema is as stored.</summary>
    private sealed class StoredDeclaration(ToolDeclaration tool) : AIFunctionDeclaration
    {
        public override string Name => tool.Name;

        public override string Description => tool.Description ?? "";

        public override JsonElement JsonSchema { get; } = StoredValue.ToElement(tool.Parameters);

        public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } =
            tool.Strict is { } strict ? new Dictionary<string, object?>(StringComparer.Ordinal) { [StrictKey] = strict } : [];
    }
}

using System.Globalization;
using System.Text.Json;

namespace Microsoft.Extensions.AI;

/// <summary>Deadlines on the options of a call. They travel in the options' additional properties, so every decorator in between keeps them.</summary>
public static class ParsimonyChatOptionsExtensions
{
    private const string Key = "parsimony.deadline";

    /// <summary>Says by when the answer must be there; changes and returns these options.</summary>
    public static ChatOptions WithDeadline(this ChatOptions options, DateTimeOffset deadline)
    {
        (options.AdditionalProperties ??= [])[Key] = deadline;
        return options;
    }

    /// <summary>Says how long the answer may take, counted from now; changes and returns these options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="within">Time allowed.</param>
    /// <param name="clock">Gives the present instant; null for the system's clock.</param>
    public static ChatOptions WithDeadline(this ChatOptions options, TimeSpan within, TimeProvider? clock = null) =>
        options.WithDeadline((clock ?? TimeProvider.System).GetUtcNow() + within);

    /// <summary>The deadline set before; null when there is none.</summary>
    /// <exception cref="FormatException">Something else than an instant is stored in its place.</exception>
    public static DateTimeOffset? GetDeadline(this ChatOptions options) => Read(options.AdditionalProperties);

    /// <summary>Says by when the vectors must be there; changes and returns these options.</summary>
    public static EmbeddingGenerationOptions WithDeadline(this EmbeddingGenerationOptions options, DateTimeOffset deadline)
    {
        (options.AdditionalProperties ??= [])[Key] = deadline;
        return options;
    }

    /// <summary>Says how long the vectors may take, counted from now; changes and returns these options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="within">Time allowed.</param>
    /// <param name="clock">Gives the present instant; null for the system's clock.</param>
    public static EmbeddingGenerationOptions WithDeadline(this EmbeddingGenerationOptions options, TimeSpan within, TimeProvider? clock = null) =>
        options.WithDeadline((clock ?? TimeProvider.System).GetUtcNow() + within);

    /// <summary>The deadline set before; null when there is none.</summary>
    /// <exception cref="FormatException">Something else than an instant is stored in its place.</exception>
    public static DateTimeOffset? GetDeadline(this EmbeddingGenerationOptions options) => Read(options.AdditionalProperties);

    // Options that went through JSON come back with text where the instant was.
    private static DateTimeOffset? Read(AdditionalPropertiesDictionary? properties) =>
        properties is null || !properties.TryGetValue(Key, out var value) ? null : value switch
        {
            null => null,
            DateTimeOffset instant => instant,
            JsonElement { ValueKind: JsonValueKind.String } element => Parse(element.GetString()),
            string text => Parse(text),
            _ => throw new FormatException($"'{Key}' holds a {value.GetType().Name}, not an instant. Set it with WithDeadline."),
        };

    private static DateTimeOffset Parse(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw new FormatException($"'{Key}' holds '{text}', which is not an instant. Set it with WithDeadline.");
}

using System.Globalization;
using System.Text.Json;
using Parsimony;

namespace Microsoft.Extensions.AI;

/// <summary>Deadlines, priorities and constraints on the options of a call. They travel in the options' additional properties, so every decorator in between keeps them.</summary>
public static class ParsimonyChatOptionsExtensions
{
    private const string Key = "parsimony.deadline";
    private const string PriorityKey = "parsimony.priority";
    private const string ConstraintsKey = "parsimony.constraints";

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

    /// <summary>Says how soon the answer is wanted beside others of the same tenant; changes and returns these options.</summary>
    public static ChatOptions WithPriority(this ChatOptions options, RequestPriority priority)
    {
        (options.AdditionalProperties ??= [])[PriorityKey] = priority.ToString();
        return options;
    }

    /// <summary>The priority set before; null when there is none.</summary>
    /// <exception cref="FormatException">Something else than a priority is stored in its place.</exception>
    public static RequestPriority? GetPriority(this ChatOptions options) =>
        ReadText(options.AdditionalProperties, PriorityKey) is { } text ? RequestPriority.Parse(text) : null;

    /// <summary>Says what may not be done with the call's data, besides what was said before; changes and returns these options.</summary>
    /// <exception cref="FormatException">They contradict what was said before.</exception>
    public static ChatOptions WithConstraints(this ChatOptions options, DataConstraints constraints)
    {
        (options.AdditionalProperties ??= [])[ConstraintsKey] = options.GetConstraints().And(constraints).ToString();
        return options;
    }

    /// <summary>The constraints set before; none when nothing was said.</summary>
    /// <exception cref="FormatException">Something else than constraints is stored in their place.</exception>
    public static DataConstraints GetConstraints(this ChatOptions options) =>
        ReadText(options.AdditionalProperties, ConstraintsKey) is { } text ? DataConstraints.Parse(text) : DataConstraints.None;

    /// <summary>Says how soon the vectors are wanted beside others of the same tenant; changes and returns these options.</summary>
    public static EmbeddingGenerationOptions WithPriority(this EmbeddingGenerationOptions options, RequestPriority priority)
    {
        (options.AdditionalProperties ??= [])[PriorityKey] = priority.ToString();
        return options;
    }

    /// <summary>The priority set before; null when there is none.</summary>
    /// <exception cref="FormatException">Something else than a priority is stored in its place.</exception>
    public static RequestPriority? GetPriority(this EmbeddingGenerationOptions options) =>
        ReadText(options.AdditionalProperties, PriorityKey) is { } text ? RequestPriority.Parse(text) : null;

    /// <summary>Says what may not be done with the call's data, besides what was said before; changes and returns these options.</summary>
    /// <exception cref="FormatException">They contradict what was said before.</exception>
    public static EmbeddingGenerationOptions WithConstraints(this EmbeddingGenerationOptions options, DataConstraints constraints)
    {
        (options.AdditionalProperties ??= [])[ConstraintsKey] = options.GetConstraints().And(constraints).ToString();
        return options;
    }

    /// <summary>The constraints set before; none when nothing was said.</summary>
    /// <exception cref="FormatException">Something else than constraints is stored in their place.</exception>
    public static DataConstraints GetConstraints(this EmbeddingGenerationOptions options) =>
        ReadText(options.AdditionalProperties, ConstraintsKey) is { } text ? DataConstraints.Parse(text) : DataConstraints.None;

    // Kept as text, so that options that went through JSON say the same.
    private static string? ReadText(AdditionalPropertiesDictionary? properties, string key) =>
        properties is null || !properties.TryGetValue(key, out var value) ? null : value switch
        {
            null => null,
            string text => text,
            JsonElement { ValueKind: JsonValueKind.String } element => element.GetString(),
            _ => throw new FormatException($"'{key}' holds a {value.GetType().Name}, not text. Set it with {(key == PriorityKey ? nameof(WithPriority) : nameof(WithConstraints))}."),
        };

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

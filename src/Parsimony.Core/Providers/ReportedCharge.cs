using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony;

/// <summary>
/// What a provider says it charged for an answer, on the responses and the last updates of its chat client: <c>AdditionalProperties["reported_usd"]</c>, in USD, unrounded.
/// </summary>
public static class ReportedCharge
{
    /// <summary>The property's name.</summary>
    public const string Key = "reported_usd";

    /// <summary>The charge of a response, or of the stream it was put together from, whose updates' properties are its messages'; null where none is told.</summary>
    public static decimal? Of(ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return Of(response.AdditionalProperties) ?? response.Messages.Select(static message => Of(message.AdditionalProperties)).LastOrDefault(static usd => usd is not null);
    }

    /// <summary>The charge among properties, for example an update's; null where none is told.</summary>
    public static decimal? Of(AdditionalPropertiesDictionary? properties)
    {
        if (properties is null || !properties.TryGetValue(Key, out var value))
        {
            return null;
        }

        // Where responses are kept as JSON meanwhile, the number comes back as its element.
        var usd = value switch
        {
            decimal amount => amount,
            JsonElement { ValueKind: JsonValueKind.Number } element when element.TryGetDecimal(out var amount) => amount,
            _ => (decimal?)null,
        };
        return usd >= 0 ? usd : null;
    }

    /// <summary>The properties with the charge among them; as they were where none is told.</summary>
    public static AdditionalPropertiesDictionary? On(AdditionalPropertiesDictionary? properties, decimal? usd)
    {
        if (usd is { } told)
        {
            (properties ??= [])[Key] = told;
        }

        return properties;
    }
}

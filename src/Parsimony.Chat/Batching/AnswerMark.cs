using Microsoft.Extensions.AI;

namespace Parsimony.Chat;

/// <summary>
/// The engine's request id on what batching hands out, so that a decorator outside it knows that the call is the engine's and booked already:
/// <c>AdditionalProperties["parsimony.request"]</c> of responses and updates, <c>Data["parsimony.request"]</c> of exceptions.
/// </summary>
internal static class AnswerMark
{
    public const string Key = "parsimony.request";

    public static ChatResponse On(ChatResponse response, RequestId id)
    {
        (response.AdditionalProperties ??= [])[Key] = id.ToString();
        return response;
    }

    /// <summary>Marks an exception on its way out; always false, so that it can stand in a filter.</summary>
    public static bool On(Exception exception, RequestId id)
    {
        exception.Data[Key] = id.ToString();
        return false;
    }

    public static string? Of(AdditionalPropertiesDictionary? properties) =>
        properties is not null && properties.TryGetValue(Key, out var value) ? value?.ToString() : null;

    public static string? Of(Exception exception) => exception.Data[Key] as string;
}

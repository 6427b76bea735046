using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>A chat as Anthropic's messages and Bedrock's Converse take it: the system's texts, then messages in which user and assistant speak in turn.</summary>
/// <remarks>Neighbours of one side become one message; tools' results speak for the user. Places are those cache marks go by: each tool, then each part of each turn.</remarks>
/// <param name="request">The chat.</param>
/// <param name="says">Whether a part becomes a block at all.</param>
/// <param name="write">Writes the block of a part that stands at a place.</param>
internal sealed class AlternatingPrompt(ChatRequest request, Func<ChatTurnRole, ChatPart, bool> says, Action<Utf8JsonWriter, ChatTurnRole, ChatPart, int> write)
{
    /// <summary>Writes the member <c>system</c>, if the system says anything.</summary>
    /// <exception cref="CannotSayException">It says something other than text.</exception>
    public void WriteSystem(Utf8JsonWriter writer)
    {
        var isOpen = false;
        foreach (var (role, part, place) in Parts(ofSystem: true))
        {
            if (part is not ChatPart.Text)
            {
                throw new CannotSayException(FailureCause.Unsupported, "system-part");
            }

            if (!says(role, part))
            {
                continue;
            }

            if (!isOpen)
            {
                writer.WriteStartArray("system"u8);
                isOpen = true;
            }

            write(writer, role, part, place);
        }

        if (isOpen)
        {
            writer.WriteEndArray();
        }
    }

    /// <summary>Writes the member <c>messages</c>.</summary>
    /// <exception cref="CannotSayException">There is none.</exception>
    public void WriteMessages(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("messages"u8);
        string? open = null;
        foreach (var (role, part, place) in Parts(ofSystem: false))
        {
            if (!says(role, part))
            {
                continue;
            }

            var speaker = role == ChatTurnRole.Assistant ? "assistant" : "user";
            if (open != speaker)
            {
                Close(writer, open);
                writer.WriteStartObject();
                writer.WriteString("role"u8, speaker);
                writer.WriteStartArray("content"u8);
                open = speaker;
            }

            write(writer, role, part, place);
        }

        if (open is null)
        {
            throw new CannotSayException(FailureCause.InvalidRequest, "no-messages");
        }

        Close(writer, open);
        writer.WriteEndArray();
    }

    private static void Close(Utf8JsonWriter writer, string? open)
    {
        if (open is not null)
        {
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    private IEnumerable<(ChatTurnRole Role, ChatPart Part, int Place)> Parts(bool ofSystem)
    {
        var place = request.Tools.Count;
        foreach (var turn in request.Turns)
        {
            foreach (var part in turn.Parts)
            {
                if (turn.Role == ChatTurnRole.System == ofSystem)
                {
                    yield return (turn.Role, part, place);
                }

                place++;
            }
        }
    }
}

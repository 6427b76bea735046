using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>What operators said about providers, for programs.</summary>
internal static class SwitchJson
{
    /// <summary>Writes a member with a list of them.</summary>
    public static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<ProviderSwitch> switches)
    {
        writer.WriteStartArray(name);
        foreach (var said in switches)
        {
            writer.WriteStartObject();
            writer.WriteString("provider"u8, said.Provider.Value);
            writer.WriteString("credential"u8, said.Credential.Length == 0 ? null : said.Credential);
            writer.WriteString("setting"u8, said.Word);
            writer.WriteString("reason"u8, said.Reason);
            writer.WriteString("by"u8, said.By);
            writer.WriteString("at"u8, said.At);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}

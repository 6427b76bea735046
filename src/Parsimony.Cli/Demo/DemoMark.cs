using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>What <c>demo.json</c> remembers between two starts of the demo.</summary>
/// <param name="Number">Which demo this is, from 1: its sandbox's files bear the number.</param>
/// <param name="IsFinished">Whether it came to its end.</param>
/// <param name="Sandbox">The sandbox it was last connected to.</param>
internal sealed record DemoMark(int Number, bool IsFinished, SandboxNote? Sandbox)
{
    /// <summary>Reads it; null when there is none, or none that can be read: then the demo starts fresh.</summary>
    public static DemoMark? Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            return new DemoMark(root.GetProperty("number").GetInt32(), root.GetProperty("finished").GetBoolean(), SandboxNote.Read(root));
        }
        catch (Exception exception) when (exception is IOException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Writes it, aside and then into place: a kill leaves the old one or the new one.</summary>
    public void Write(string path)
    {
        using (var file = File.Create(path + ".new"))
        using (var writer = new Utf8JsonWriter(file))
        {
            writer.WriteStartObject();
            writer.WriteNumber("number"u8, Number);
            writer.WriteBoolean("finished"u8, IsFinished);
            if (Sandbox is { } sandbox)
            {
                writer.WriteString("address"u8, sandbox.Address);
                writer.WriteNumber("pid"u8, sandbox.ProcessId);
                writer.WriteString("state"u8, sandbox.StateFile);
            }

            writer.WriteEndObject();
        }

        File.Move(path + ".new", path, overwrite: true);
    }
}

/// <summary>A sandbox of ours: where it answers, its process, and the file its state is in.</summary>
internal sealed record SandboxNote(string Address, int ProcessId, string StateFile)
{
    /// <summary>Reads one from an object with <c>address</c>, <c>pid</c> and <c>state</c>; null when it has none.</summary>
    public static SandboxNote? Read(JsonElement root) =>
        root.TryGetProperty("address"u8, out var address) && root.TryGetProperty("pid"u8, out var pid) && root.TryGetProperty("state"u8, out var state)
            ? new SandboxNote(address.GetString() ?? "", pid.GetInt32(), state.GetString() ?? "")
            : null;
}

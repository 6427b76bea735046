using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;

namespace Parsimony.Cli;

/// <summary><c>parsimony sandbox</c>: the simulated providers on this machine, until interrupted or idle for long enough.</summary>
internal static class SandboxCommand
{
    private static readonly Option<int> Port = new("--port") { Description = "Port on 127.0.0.1. Default: a free one.", HelpName = "N" };

    private static readonly Option<double> Speed = new("--speed")
    {
        Description = "Sandbox seconds a second: 100 ends a day in a quarter of an hour.",
        HelpName = "X",
        DefaultValueFactory = static _ => 1,
    };

    private static readonly Option<string?> Start = new("--start") { Description = "Sandbox time when it starts, ISO 8601. Default: now.", HelpName = "WHEN" };

    private static readonly Option<string?> Faults = new("--faults") { Description = "A fault script: what goes wrong, and when.", HelpName = "FILE" };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides every choice the simulated providers make.", HelpName = "N", DefaultValueFactory = static _ => 1 };
    private static readonly Option<string?> State = new("--state") { Description = "Journal to this file: a killed sandbox comes back with its batches and its bill.", HelpName = "FILE" };
    private static readonly Option<double?> IdleMinutes = new("--idle-minutes") { Description = "End after so many minutes without a request.", HelpName = "N" };

    private static readonly Option<bool> Tls = new("--tls") { Description = "Listen on a second port, too: https, HTTP/1.1 and HTTP/2." };
    private static readonly Option<int?> TlsPort = new("--tls-port") { Description = "That port; brings --tls. Default: a free one.", HelpName = "N" };
    private static readonly Option<string?> Certificate = new("--certificate") { Description = "Write the certificate of https to this file, for clients to trust; brings --tls.", HelpName = "FILE" };

    private static readonly Option<double> ReportLag = new("--report-lag") { Description = "Sandbox minutes usage and cost reports lag behind.", HelpName = "MINUTES", DefaultValueFactory = static _ => 0 };

    public static Command Create()
    {
        var command = new Command("sandbox", "Simulate the providers on this machine: their APIs, their clocks, their faults and their bills. Costs nothing, needs no key.")
        {
            Port, Speed, Start, Faults, Seed, State, IdleMinutes, ReportLag, Tls, TlsPort, Certificate,
        };
        command.Runs(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var options = Options(parsed);
        var script = parsed.GetValue(Faults) is { } file ? await ScriptAsync(file, cancellationToken).ConfigureAwait(false) : null;
        using var held = options.Model.StateFile is { } state ? Hold(state) : null;
        var host = await StartAsync(options, cancellationToken).ConfigureAwait(false);
        await using (host.ConfigureAwait(false))
        {
            // A restored sandbox brings the script it was started with, and how far it got in it.
            if (script is not null && HasNoFaults(host.World.Faults))
            {
                Apply(host.World.Faults, script, parsed.GetValue(Faults) ?? "");
            }

            var certificate = parsed.GetValue(Certificate) is { } path ? await WriteCertificateAsync(host, path, cancellationToken).ConfigureAwait(false) : null;
            await AnnounceAsync(host, options.Speed, certificate, cancellationToken).ConfigureAwait(false);
            try
            {
                await host.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Asked to stop: this is how a sandbox ends.
            }
        }

        return ExitCode.Done;
    }

    private static SandboxHostOptions Options(ParseResult parsed)
    {
        var hasTls = parsed.GetValue(Tls) || parsed.GetValue(TlsPort) is not null || parsed.GetValue(Certificate) is not null;
        var idle = parsed.GetValue(IdleMinutes);
        if (idle is not null and not (> 0 and <= 100_000))
        {
            throw new UserException(string.Create(CultureInfo.InvariantCulture, $"--idle-minutes {idle}: write a number above 0, at most 100000."));
        }

        return new SandboxHostOptions
        {
            Port = PortOf(Port.Name, parsed.GetValue(Port)),
            TlsPort = hasTls ? PortOf(TlsPort.Name, parsed.GetValue(TlsPort) ?? 0) : null,
            Speed = parsed.GetValue(Speed),
            Start = parsed.GetValue(Start) is { } start ? TimeOf(Start.Name, start) : null,
            IdleLimit = idle is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            Model = new SandboxOptions { Seed = parsed.GetValue(Seed), StateFile = parsed.GetValue(State) is { } state ? Path.GetFullPath(state) : null, ReportLag = TimeSpan.FromMinutes(Math.Clamp(parsed.GetValue(ReportLag), 0, 1_000_000)) },
        };
    }

    private static int PortOf(string option, int port) => port is >= 0 and <= ushort.MaxValue
        ? port
        : throw new UserException(string.Create(CultureInfo.InvariantCulture, $"{option} {port}: write 1 to {ushort.MaxValue}, or 0 for a free one."));

    private static DateTimeOffset TimeOf(string option, string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
        ? at
        : throw new UserException($"{option} {text}: write an ISO 8601 time such as 2026-11-01 or 2026-11-01T06:00Z.");

    // A journal with two writers is worth nothing. Unix keeps a second opener out only of a file that is shared with nobody.
    private static FileStream Hold(string state)
    {
        try
        {
            return new FileStream(state + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"--state {state}: cannot be had: {exception.Message} Either another sandbox has it, or its folder cannot be written.");
        }
    }

    private static async Task<SandboxHost> StartAsync(SandboxHostOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await SandboxHost.StartAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException exception)
        {
            var parameter = exception.Message.IndexOf(" (Parameter", StringComparison.Ordinal);
            throw new UserException($"--speed: {(parameter < 0 ? exception.Message : exception.Message[..parameter])}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UserException($"The sandbox cannot start: {exception.Message}");
        }
    }

    private static async Task<string> ScriptAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"--faults {file}: {exception.Message}");
        }
    }

    private static async Task<string> WriteCertificateAsync(SandboxHost host, string file, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(file, host.CertificatePem + "\n", cancellationToken).ConfigureAwait(false);
            return Path.GetFullPath(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"--certificate {file}: {exception.Message}");
        }
    }

    private static void Apply(FaultScript faults, string script, string file)
    {
        try
        {
            faults.Replace(script);
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw new UserException($"--faults {file}: {exception.Message}");
        }
    }

    private static bool HasNoFaults(FaultScript faults)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            faults.Write(writer);
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.GetProperty("rules").GetArrayLength() == 0;
    }

    private static async Task AnnounceAsync(SandboxHost host, double speed, string? certificate, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            WriteAddresses(writer, host.Address, host.AddressOf);
            if (host.SecureAddress is { } secure)
            {
                writer.WriteStartObject("tls"u8);
                WriteAddresses(writer, secure, host.SecureAddressOf);
                if (certificate is not null)
                {
                    writer.WriteString("certificate"u8, certificate);
                }

                writer.WriteEndObject();
            }

            writer.WriteNumber("speed"u8, speed);
            writer.WriteNumber("pid"u8, Environment.ProcessId);
            writer.WriteEndObject();
        }

        await Console.Out.WriteLineAsync(Encoding.UTF8.GetString(buffer.WrittenSpan).AsMemory(), cancellationToken).ConfigureAwait(false);
        await Console.Out.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void WriteAddresses(Utf8JsonWriter writer, Uri root, Func<string, Uri> addressOf)
    {
        writer.WriteString("address"u8, Text(root));
        foreach (var name in SandboxWorld.Providers)
        {
            writer.WriteString(name, Text(addressOf(name)));
        }
    }

    private static string Text(Uri address) => address.ToString().TrimEnd('/');
}

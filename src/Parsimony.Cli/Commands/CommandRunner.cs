using System.CommandLine;
using Parsimony.Engine;
using Parsimony.Storage.Postgres;
using Parsimony.Storage.Sqlite;

namespace Parsimony.Cli;

/// <summary>Runs a command's work: Ctrl-C and SIGTERM cancel it, faults of the user end it with their code and one message.</summary>
internal static class CommandRunner
{
    /// <summary>Sets the work of a command.</summary>
    public static void Runs(this Command command, Func<ParseResult, Terminal, CancellationToken, Task<int>> work, Option<bool>? json = null) =>
        command.SetAction(async (parsed, _) =>
        {
            using var stop = new CancellationTokenSource();
            using var interrupted = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGINT, Stop);
            using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, Stop);
            var terminal = new Terminal(json is not null && parsed.GetValue(json));
            try
            {
                return await work(parsed, terminal, stop.Token).ConfigureAwait(false);
            }
            catch (UserException exception)
            {
                terminal.Note(exception.Message);
                return exception.ExitCode;
            }
            catch (Exception exception) when (exception is StoreMoveException or PayloadProtectionException or SqliteStoreException or PostgresStoreException)
            {
                terminal.Note(exception.Message);
                return ExitCode.BadInput;
            }
            catch (BudgetExceededException exception)
            {
                terminal.Note(exception.Message + " 'parsimony budget' shows where budgets stand.");
                return ExitCode.BadInput;
            }
            catch (ProviderException exception)
            {
                terminal.Note(exception.Message);
                return exception.Failure.IsCredential ? ExitCode.Refused : ExitCode.BadInput;
            }
            catch (RequestRefusedException exception)
            {
                terminal.Note(exception.Message);
                return ExitCode.BadInput;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
            catch (Exception exception)
            {
                terminal.Note($"internal error: {exception}");
                return ExitCode.Internal;
            }

            void Stop(System.Runtime.InteropServices.PosixSignalContext context)
            {
                context.Cancel = true;
                stop.Cancel();
            }
        });
}

using System.CommandLine;
using Parsimony.Cli;

var root = new RootCommand("Parsimony: every LLM call at the lowest price its deadline allows.")
{
    DemoCommand.Create(),
    RunCommand.Create(),
    QuoteCommand.Create(),
    StatusCommand.Create(),
    ResultsCommand.Create(),
    CancelCommand.Create(),
    RetryCommand.Create(),
    ExplainCommand.Create(),
    LedgerCommand.Create(),
    ProviderCommand.Create(),
    ProvidersCommand.Create(),
    ReportCommand.Create(),
    AnalyticsCommand.Create(),
    ReconcileCommand.Create(),
    DoctorCommand.Create(),
    PricesCommand.Create(),
    NodeCommand.Create(),
    NodesCommand.Create(),
    ProtectCommand.Create(),
    EraseCommand.Create(),
    ExportCommand.Create(),
    ImportCommand.Create(),
    BudgetCommand.Create(),
    SimulateCommand.Create(),
    SandboxCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        await Console.Error.WriteLineAsync(error.Message);
    }

    await Console.Error.WriteLineAsync("See 'parsimony --help', or '--help' after a command.");
    return ExitCode.BadInput;
}

return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });

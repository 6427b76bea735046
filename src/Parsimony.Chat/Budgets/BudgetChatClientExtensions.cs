using Microsoft.Extensions.Logging;
using Parsimony.Chat;
using Parsimony.Engine;

namespace Microsoft.Extensions.AI;

/// <summary>Puts budgets around a chat client.</summary>
public static class BudgetChatClientExtensions
{
    /// <summary>
    /// Reserves what each plain call may cost in the budgets it is about before it is made, and books it in the ledger as <c>UseMetering</c> does, in whose place it stands.
    /// Fits <c>builder.Use(client => client.UseBudgets(engine))</c>; belongs inside <c>UseBatching</c>, whose queued requests reserve by themselves.
    /// </summary>
    /// <remarks>A call that a hard budget has no room for throws <see cref="BudgetExceededException"/> and is not made. A call that is known not to have been accepted gives its reserve back.</remarks>
    /// <param name="client">The client whose calls are reserved and booked.</param>
    /// <param name="engine">The engine on the store the budgets are in.</param>
    /// <param name="configure">Changes the settings; the dimensions say whose budgets they are.</param>
    /// <param name="logger">Gets each booking at Debug, and what goes wrong with it.</param>
    /// <exception cref="ArgumentException">The settings cannot be used, the client does not say whose it is, or this is the wrong place in the chain; the message lists every fault.</exception>
    public static IChatClient UseBudgets(this IChatClient client, EngineClient engine, Action<MeteringOptions>? configure = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(engine);
        var misplaced = new List<string>();
        if (client.GetService<BatchingChatClient>() is not null)
        {
            misplaced.Add("UseBudgets is around UseBatching: queued calls would be reserved twice. Put it inside: client.UseBudgets(engine).UseBatching(engine).");
        }

        if (client.GetService<MeteringChatClient>() is not null)
        {
            misplaced.Add("The client has UseMetering or UseBudgets already: its calls would be booked twice. Leave one out.");
        }

        return MeteringChatClientExtensions.Put(client, engine, configure, logger, isReserving: true, misplaced);
    }
}

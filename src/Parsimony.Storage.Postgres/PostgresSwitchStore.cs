using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

internal sealed class PostgresSwitchStore(PostgresDatabase database) : ISwitchStore
{
    public Task SetAsync(ProviderSwitch setting, CancellationToken cancellationToken = default) => database.WriteAsync(
        Durability.Server,
        async session => await ControlTables.ExistAsync(session).ConfigureAwait(false)
            ? await session.Use("AddSwitch")
                .With(setting.Provider.Value).With(setting.Credential).With((int)setting.Setting).With(setting.Reason).With(setting.By).With(setting.At)
                .RunAsync(session.Cancellation).ConfigureAwait(false)
            : throw new NotSupportedException("The database has the schema of an older version, which knows no switches. End the older version's nodes, and let this one migrate it."),
        cancellationToken);

    public Task<IReadOnlyList<ProviderSwitch>> ReadAsync(CancellationToken cancellationToken = default) =>
        ListAsync(static session => session.Use("ReadSwitches"), cancellationToken);

    public Task<IReadOnlyList<ProviderSwitch>> ReadHistoryAsync(int max, CancellationToken cancellationToken = default) =>
        ListAsync(session => session.Use("ReadSwitchHistory").With(max), cancellationToken);

    private Task<IReadOnlyList<ProviderSwitch>> ListAsync(Func<Session, Command> bind, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ProviderSwitch>>(
        async session => await ControlTables.ExistAsync(session).ConfigureAwait(false)
            ? await bind(session).ListAsync(SwitchColumns.Read, session.Cancellation).ConfigureAwait(false)
            : [],
        cancellationToken);
}

using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

internal sealed class SqliteSwitchStore(SqliteDatabase database) : ISwitchStore
{
    public Task SetAsync(ProviderSwitch setting, CancellationToken cancellationToken = default) => database.WriteAsync(
        Durability.Process,
        connection => ControlTables.Exist(connection)
            ? connection.Use("AddSwitch")
                .With(setting.Provider.Value).With(setting.Credential).With((long)setting.Setting).With(setting.Reason).With(setting.By).With(setting.At).Run()
            : throw new NotSupportedException("The database has the schema of an older version, which knows no switches. End the older version's processes, and open it once with this one."),
        cancellationToken);

    public Task<IReadOnlyList<ProviderSwitch>> ReadAsync(CancellationToken cancellationToken = default) => database.ReadAsync<IReadOnlyList<ProviderSwitch>>(
        connection => ControlTables.Exist(connection) ? Read(connection.Use("ReadSwitches")) : [], cancellationToken);

    public Task<IReadOnlyList<ProviderSwitch>> ReadHistoryAsync(int max, CancellationToken cancellationToken = default) => database.ReadAsync<IReadOnlyList<ProviderSwitch>>(
        connection => ControlTables.Exist(connection) ? Read(connection.Use("ReadSwitchHistory").With(max)) : [], cancellationToken);

    private static List<ProviderSwitch> Read(Statement bound)
    {
        using (bound)
        {
            var switches = new List<ProviderSwitch>();
            while (bound.Step())
            {
                switches.Add(SwitchColumns.Read(bound));
            }

            return switches;
        }
    }
}

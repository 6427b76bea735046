namespace Parsimony.Engine.Tests;

public sealed class ConfigurationWatcherTests : IDisposable
{
    private readonly TemporaryFile _file = new(Size(100));
    private readonly HandTurnedTime _time = new();
    private readonly ConfigurationWatcher _watcher;
    private readonly List<ConfigurationChangedEventArgs> _changes = [];
    private readonly List<IReadOnlyList<string>> _refusals = [];

    public ConfigurationWatcherTests()
    {
        _watcher = new ConfigurationWatcher(_file.Path, Written.With(), _time);
        _watcher.Changed += (_, change) => _changes.Add(change);
        _watcher.Refused += (_, refusal) => _refusals.Add(refusal.Faults);
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void Picks_up_a_changed_file_once_two_looks_agree()
    {
        _file.Write(Size(200));

        _time.Tick();
        Assert.Equal(100, _watcher.Current.Optimization.DefaultBatchSize);
        _time.Tick();
        _time.Tick();

        var change = Assert.Single(_changes);
        Assert.Equal((100, 200), (change.Before.Optimization.DefaultBatchSize, change.Now.Optimization.DefaultBatchSize));
        Assert.Same(change.Now, _watcher.Current);
        Assert.Equal(TimeSpan.FromSeconds(2), _time.Period);
    }

    [Fact]
    public void Keeps_the_old_configuration_and_reports_a_broken_edit_once()
    {
        _file.Write(Size(-1));

        Ticks(5);

        Assert.Equal(100, _watcher.Current.Optimization.DefaultBatchSize);
        Assert.Empty(_changes);
        Assert.Contains("optimization.defaultBatchSize: '-1' cannot be meant", Assert.Single(Assert.Single(_refusals)), StringComparison.Ordinal);
        Assert.Equal(_refusals[0], _watcher.Faults);
    }

    [Fact]
    public void Takes_the_edit_that_mends_a_broken_one()
    {
        _file.Write(Size(-1));
        Ticks(2);
        _file.Write(Size(300));
        Ticks(2);

        Assert.Equal(300, _watcher.Current.Optimization.DefaultBatchSize);
        Assert.Single(_changes);
        Assert.Empty(_watcher.Faults);
    }

    [Fact]
    public void Forgets_the_faults_when_a_broken_edit_is_taken_back()
    {
        _file.Write(Size(-1));
        Ticks(2);
        _file.Write(Size(100));
        Ticks(2);

        Assert.Empty(_watcher.Faults);
        Assert.Empty(_changes);
    }

    [Fact]
    public void Keeps_the_old_configuration_while_the_file_is_gone_or_empty()
    {
        File.Delete(_file.Path);
        Ticks(3);
        _file.Write("  \n");
        Ticks(3);

        Assert.Equal(100, _watcher.Current.Optimization.DefaultBatchSize);
        Assert.Equal(2, _refusals.Count);
        Assert.Contains("there is no such file", _refusals[0][0], StringComparison.Ordinal);
        Assert.Contains("is empty", _refusals[1][0], StringComparison.Ordinal);
    }

    [Fact]
    public void Does_not_take_a_file_that_is_still_being_written()
    {
        foreach (var size in new[] { 201, 202, 203 })
        {
            _file.Write(Size(size));
            _time.Tick();
        }

        Assert.Empty(_changes);
        _time.Tick();
        Assert.Equal(203, _watcher.Current.Optimization.DefaultBatchSize);
    }

    [Fact]
    public void Looks_at_once_when_asked()
    {
        _file.Write(Size(400));

        Assert.True(_watcher.Check());
        Assert.False(_watcher.Check());
        Assert.Equal(400, _watcher.Current.Optimization.DefaultBatchSize);
    }

    [Fact]
    public void Survives_a_listener_that_fails()
    {
        _watcher.Changed += (_, _) => throw new InvalidOperationException("a listener's mistake");
        _file.Write(Size(200));

        Ticks(2);

        Assert.Equal(200, _watcher.Current.Optimization.DefaultBatchSize);
    }

    [Fact]
    public void Refuses_to_begin_with_a_broken_file()
    {
        _file.Write(Size(-1));

        Assert.Throws<ConfigurationException>(() => new ConfigurationWatcher(_file.Path, Written.With(), _time));
    }

    [Fact]
    public void Stops_when_disposed()
    {
        _watcher.Dispose();
        _file.Write(Size(200));

        Assert.True(_time.IsStopped);
        Assert.False(_watcher.Check());
    }

    private static string Size(int size) => $"llm: [{{provider: anthropic}}]\noptimization: {{defaultBatchSize: {size}}}\n";

    private void Ticks(int count)
    {
        for (var tick = 0; tick < count; tick++)
        {
            _time.Tick();
        }
    }
}

using Gibbon.Storage;
using Gibbon.Storage.Declarative;

namespace Gibbon.Tests.Storage;

public sealed class ConfigurationSourceTests : IDisposable
{
    const string Good = "_format_version: \"3.0\"\nservices: [{name: a, host: h}]\n";

    readonly EntityStore store = new(TestSchemas.Instance);
    readonly ConfigurationSource source;

    public ConfigurationSourceTests() => source = new ConfigurationSource(new DeclarativeLoader(TestSchemas.Instance, TimeProvider.System), store);

    public void Dispose() => source.Dispose();

    [Fact]
    public void A_configuration_that_is_wrong_changes_nothing()
    {
        source.LoadString(Good);
        var present = store.Current;
        var result = source.TryLoad("_format_version: \"3.0\"\nservices: [{name: b}]\n", unlessIdentical: false);
        Assert.Equal(ConfigurationOutcome.Refused, result.Outcome);
        Assert.Equal("in 'services':\n  - in entry 1 of 'services':\n    in 'host': required field missing", result.Error?.Text);
        Assert.Same(present, store.Current);
    }

    [Fact]
    public void The_same_text_is_left_when_asked_to()
    {
        Assert.Equal(ConfigurationOutcome.Loaded, source.TryLoad(Good, unlessIdentical: true).Outcome);
        Assert.Equal(ConfigurationOutcome.Identical, source.TryLoad(Good, unlessIdentical: true).Outcome);
        Assert.Equal(ConfigurationOutcome.Loaded, source.TryLoad(Good, unlessIdentical: false).Outcome);
        Assert.Equal(ConfigurationHash.OfText(Good), source.Hash);
    }

    [Fact]
    public async Task While_one_is_being_loaded_another_is_turned_away()
    {
        ConfigurationResult? second = null;
        store.Changed += _ => second ??= Task.Run(() => source.TryLoad(Good, unlessIdentical: false)).GetAwaiter().GetResult();
        Assert.Equal(ConfigurationOutcome.Loaded, (await Task.Run(() => source.TryLoad(Good, unlessIdentical: false))).Outcome);
        Assert.Equal(ConfigurationOutcome.Busy, second?.Outcome);
    }

    [Fact]
    public void A_file_is_read_by_its_extension_and_one_that_is_missing_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("gibbon-");
        try
        {
            var path = Path.Combine(folder.FullName, "kong.yml");
            var missing = source.Load(DeclarativeFile.Read(path));
            Assert.Equal($"error parsing declarative config file {path}:\n{path}: No such file or directory", ConfigurationSource.StartupText(missing.Error!, path));
            File.WriteAllText(path, Good);
            Assert.Equal(ConfigurationOutcome.Loaded, source.Load(DeclarativeFile.Read(path)).Outcome);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

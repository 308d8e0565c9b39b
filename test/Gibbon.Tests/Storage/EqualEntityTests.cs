using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Tests.Storage;

/// <summary>Entities of a declarative configuration that say the same and have no id.</summary>
public sealed class EqualEntityTests
{
    // Whoever tried number after number for each would be at it for a long time.
    [Fact]
    public void However_many_there_are_each_has_an_id_of_its_own_and_keeps_it()
    {
        const int Many = 30_000;
        HashSet<string> ids = Ids(Many);

        Assert.Equal(Many, ids.Count);
        Assert.All(ids.Take(100), static id => Assert.Equal('4', Guid.Parse(id).ToString()[14]));
        Assert.True(Ids(Many).SetEquals(ids));
        Assert.True(Ids(Many - 1).IsProperSubsetOf(ids));
    }

    private static HashSet<string> Ids(int count)
    {
        ValueMap one = new() { ["cert"] = "the same", ["key"] = "for all" };
        ItemCollector collector = new(TestSchemas.Instance);
        collector.Collect(new ValueMap { ["_format_version"] = "3.0", ["certificates"] = new ValueList(Enumerable.Repeat<object?>(one, count)) });
        return [.. collector.Items["certificates"].Select(static item => item.Id)];
    }
}

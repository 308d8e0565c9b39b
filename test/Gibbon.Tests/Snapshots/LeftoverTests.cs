using System.Runtime.CompilerServices;
using Gibbon.Settings;
using Gibbon.Snapshots;
using Gibbon.Storage;
using Gibbon.Tests.PluginRuntime;
using Gibbon.Tests.Storage;

namespace Gibbon.Tests.Snapshots;

/// <summary>What a whole configuration leaves behind is collected, and what a small change leaves is not looked for.</summary>
public sealed class LeftoverTests
{
    [Theory]
    [InlineData((int)NodeRole.ControlPlane)]
    [InlineData((int)NodeRole.DataPlane)]
    [InlineData((int)NodeRole.Traditional)]
    public async Task After_many_changes_what_nobody_holds_any_more_is_collected(int role)
    {
        ManualTime time = new();
        using Leftovers leftovers = new((NodeRole)role, time);
        WeakReference old = Old();

        leftovers.CollectAfter(Changes(10_000));
        time.Advance(TimeSpan.FromSeconds(2));

        await Dns.Wait.UntilAsync(() => !old.IsAlive);
    }

    // What has survived long enough is looked at by whole collections only.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Old()
    {
        byte[] garbage = new byte[1000];
        for (int i = 0; i <= GC.MaxGeneration; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        }

        Assert.Equal(GC.MaxGeneration, GC.GetGeneration(garbage));
        return new WeakReference(garbage);
    }

    private static EntityChanges Changes(int count)
    {
        EntitySet empty = EntitySet.Empty(TestSchemas.Instance);
        return new EntityChanges(empty, empty, [.. new ChangedEntity[count]]);
    }
}

using System.Runtime.CompilerServices;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime;

/// <summary>
/// Runs one phase of a request's chain. Synchronous as long as the plugins are; what awaits continues in a method of its own. A plugin that
/// fails ends the phase for the plugins after it, except in access, where they are still collected.
/// </summary>
internal static class PluginRunner
{
    /// <summary>Chooses every plugin's configuration and runs access (or preread) of those that have one, until one of them exits.</summary>
    public static ValueTask RunCollectingAsync(PluginContext context, Phase phase) => CollectFrom(context, phase, 0, null);

    /// <summary>Runs a phase of the collected configurations.</summary>
    public static ValueTask RunAsync(PluginContext context, Phase phase, int[] positions) =>
        positions.Length == 0 ? ValueTask.CompletedTask : RunFrom(context, phase, null, positions, 0);

    /// <summary>Runs the body filters of the collected configurations over a piece of the response.</summary>
    public static ValueTask RunBodyFilterAsync(PluginContext context, BodyChunk chunk)
    {
        int[] positions = context.Chain.BodyFilter;
        return positions.Length == 0 ? ValueTask.CompletedTask : RunFrom(context, Phase.BodyFilter, chunk, positions, 0);
    }

    // The groups are those of the consumer at the first position, if somebody has had to wait for them.
    private static ValueTask CollectFrom(PluginContext context, Phase phase, int position, IReadOnlyList<Guid>? groups)
    {
        PluginStep[] steps = context.Chain.Steps;
        PluginPhases wanted = (PluginPhases)phase;
        for (; position < steps.Length; position++)
        {
            PluginStep step = steps[position];
            PluginInstance? instance = step.Unscoped;
            if (step.HasConsumerScopes)
            {
                if (groups is null)
                {
                    ValueTask<IReadOnlyList<Guid>> asking = context.ConsumerGroupsAsync();
                    if (!asking.IsCompletedSuccessfully)
                    {
                        context.Leave();
                        return AwaitGroupsThenCollect(asking, context, phase, position);
                    }

                    groups = asking.Result;
                }

                instance = step.Select(context.ConsumerId, groups);
                groups = null;
            }

            context.Collect(position, instance);
            if (instance is null || (step.Phases & wanted) == PluginPhases.None || context.HasExited)
            {
                continue;
            }

            context.Enter(step.Plugin, instance);
            try
            {
                ValueTask running = step.Plugin.RunAsync(phase, context, instance.Config);
                if (!running.IsCompletedSuccessfully)
                {
                    context.Leave();
                    return AwaitThenCollect(running, context, phase, position);
                }
            }
            catch (Exception failure)
            {
                context.PluginFailed(step.Plugin, phase, failure);
            }
        }

        context.Enter(null, null);
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask AwaitGroupsThenCollect(ValueTask<IReadOnlyList<Guid>> asking, PluginContext context, Phase phase, int position) =>
        await CollectFrom(context, phase, position, await asking.ConfigureAwait(false)).ConfigureAwait(false);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask AwaitThenCollect(ValueTask running, PluginContext context, Phase phase, int position)
    {
        try
        {
            await running.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            context.PluginFailed(context.Chain.Steps[position].Plugin, phase, failure);
        }

        await CollectFrom(context, phase, position + 1, null).ConfigureAwait(false);
    }

    // The piece of the body is there in the body filter phase, and only there.
    private static ValueTask RunFrom(PluginContext context, Phase phase, BodyChunk? chunk, int[] positions, int next)
    {
        for (; next < positions.Length; next++)
        {
            int position = positions[next];
            if (context.Collected(position) is not { } instance)
            {
                continue;
            }

            Plugin plugin = context.Chain.Steps[position].Plugin;
            context.Enter(plugin, instance);
            try
            {
                ValueTask running = chunk is null
                    ? plugin.RunAsync(phase, context, instance.Config)
                    : plugin.RunBodyFilterAsync(context, chunk, instance.Config);
                if (!running.IsCompletedSuccessfully)
                {
                    context.Leave();
                    return AwaitThenRun(running, context, phase, chunk, positions, next);
                }
            }
            catch (Exception failure)
            {
                context.PluginFailed(plugin, phase, failure);
                break;
            }

            // In rewrite an exit ends the phase; in the phases of the response there is nothing to end.
            if (phase == Phase.Rewrite && context.HasExited)
            {
                break;
            }
        }

        context.Enter(null, null);
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask AwaitThenRun(
        ValueTask running,
        PluginContext context,
        Phase phase,
        BodyChunk? chunk,
        int[] positions,
        int next)
    {
        try
        {
            await running.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            context.PluginFailed(context.Chain.Steps[positions[next]].Plugin, phase, failure);
            context.Enter(null, null);
            return;
        }

        if (phase == Phase.Rewrite && context.HasExited)
        {
            context.Enter(null, null);
            return;
        }

        await RunFrom(context, phase, chunk, positions, next + 1).ConfigureAwait(false);
    }
}

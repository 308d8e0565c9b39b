namespace Gibbon.PluginServers.Functions;

/// <summary>What a function of the kit gives: a value, or nothing and the reason.</summary>
internal readonly record struct PdkResult(object? Value, string? Error = null);

/// <summary>A function of the kit.</summary>
internal delegate ValueTask<PdkResult> PdkFunction(PdkCall call);

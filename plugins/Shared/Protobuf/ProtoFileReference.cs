using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>The .proto file of a configuration: read when the first request needs it, and again as long as it cannot be read.</summary>
/// <param name="path">The file.</param>
/// <param name="compile">Makes of it what requests read.</param>
/// <typeparam name="T">What requests read.</typeparam>
sealed class ProtoFileReference<T>(string path, Func<ProtoServices, T> compile)
    where T : class
{
    volatile T? known;

    /// <summary>What was made of it, or what is wrong with it.</summary>
    public Result<T> Get()
    {
        if (known is { } found)
            return found;

        try
        {
            return known = compile(ProtoServices.Load(path));
        }
        catch (ProtoException wrong)
        {
            return Result.Failure<T>(wrong.Message);
        }
    }
}

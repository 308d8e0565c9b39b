using System.Collections.Immutable;

namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>The services of a .proto file, and of those that it imports publicly.</summary>
/// <param name="methods">The methods, in the order of the files.</param>
sealed class ProtoServices(ImmutableArray<ProtoMethod> methods)
{
    readonly Dictionary<string, ProtoMethod> byPath = methods.DistinctBy(method => method.Path).ToDictionary(method => method.Path);

    public ImmutableArray<ProtoMethod> Methods { get; } = methods;

    /// <summary>The method that is called at a path.</summary>
    public ProtoMethod? Find(string path) => byPath.GetValueOrDefault(path);

    /// <summary>Reads a file and everything that it imports.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ProtoException">A file is wrong, or is not there.</exception>
    public static ProtoServices Load(string path) => new(new ProtoLinker(path).Link());
}

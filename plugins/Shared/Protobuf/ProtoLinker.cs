using System.Collections.Immutable;

namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>
/// Reads a .proto file with its imports, which it looks for where Kong does: beside the file, and where packages put such files; those of
/// protobuf itself and the annotations of HTTP it knows by heart.
/// </summary>
sealed class ProtoLinker
{
    static readonly ImmutableArray<string> Roots = ["/usr/local/kong/include", "/usr/local/opt/protobuf/include", "/usr/include"];

    readonly ImmutableArray<string> roots;
    readonly Dictionary<string, ProtoFile> files = [];
    readonly Dictionary<string, ProtoMessage> messages = [];
    readonly Dictionary<string, ProtoEnum> enums = [];
    readonly ProtoFile main;

    /// <param name="path">The file.</param>
    /// <exception cref="ProtoException">It, or one that it imports, is wrong or is not there.</exception>
    public ProtoLinker(string path)
    {
        var own = Path.GetDirectoryName(Path.GetFullPath(path))!;
        roots = [own, .. Roots];
        main = Read(path, Open(path, [Environment.CurrentDirectory, .. roots]) ?? throw new ProtoException($"cannot open '{path}'"));
    }

    /// <summary>Looks the names up.</summary>
    public ImmutableArray<ProtoMethod> Link()
    {
        foreach (var file in files.Values)
        {
            foreach (var message in file.Messages)
                messages[message.FullName] = message;

            foreach (var (name, found) in file.Enums)
                enums[name] = found;
        }

        foreach (var (field, scope) in files.Values.SelectMany(file => file.Unlinked))
            Link(field, scope);

        var methods = ImmutableArray.CreateBuilder<ProtoMethod>();
        Collect(main, methods, []);
        return methods.ToImmutable();
    }

    ProtoFile Read(string name, string text)
    {
        var file = files[name] = ProtoParser.Parse(name, text);
        foreach (var (import, _) in file.Imports)
        {
            if (!files.ContainsKey(import))
                Read(import, Open(import, roots) ?? WellKnownProtos.Find(import) ?? throw new ProtoException($"{name}: cannot open '{import}'"));
        }

        return file;
    }

    static string? Open(string name, ImmutableArray<string> roots)
    {
        try
        {
            var found = roots.Select(root => Path.Combine(root, name)).FirstOrDefault(File.Exists);
            return found is null ? null : File.ReadAllText(found);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ProtoException(failure.Message);
        }
    }

    void Collect(ProtoFile file, ImmutableArray<ProtoMethod>.Builder methods, HashSet<ProtoFile> seen)
    {
        if (!seen.Add(file))
            return;

        foreach (var (import, isPublic) in file.Imports)
            if (isPublic)
                Collect(files[import], methods, seen);

        foreach (var (path, scope, input, output, bindings) in file.Methods)
            methods.Add(new ProtoMethod(path, Message(input, scope), Message(output, scope), bindings));
    }

    ProtoMessage Message(string name, string scope) =>
        Find(messages, name, scope) ?? throw new ProtoException($"unknown message '{name}' in {scope}");

    void Link(ProtoField field, string scope)
    {
        if (Find(messages, field.TypeName, scope) is { } message)
        {
            field.Message = message;
            field.Kind = ProtoKind.Message;
        }
        else
        {
            field.Enum = Find(enums, field.TypeName, scope) ?? throw new ProtoException($"unknown type '{field.TypeName}' in {scope}");
            field.Kind = ProtoKind.Enum;
        }
    }

    // From the innermost scope outwards; a name that begins with a dot is whole.
    static T? Find<T>(Dictionary<string, T> types, string name, string scope)
        where T : class
    {
        if (name.StartsWith('.'))
            return types.GetValueOrDefault(name[1..]);

        for (; ; scope = scope[..Math.Max(0, scope.LastIndexOf('.'))])
        {
            if (types.TryGetValue(scope.Length == 0 ? name : $"{scope}.{name}", out var found))
                return found;

            if (scope.Length == 0)
                return null;
        }
    }
}

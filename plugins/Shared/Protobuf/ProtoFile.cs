namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>What one .proto file says, before the names in it have been looked up.</summary>
sealed class ProtoFile
{
    public string Syntax { get; set; } = "proto2";

    public string Package { get; set; } = "";

    /// <summary>The files it imports, and whether who imports it gets them as well.</summary>
    public List<(string Name, bool IsPublic)> Imports { get; } = [];

    public List<ProtoMessage> Messages { get; } = [];

    public List<(string FullName, ProtoEnum Enum)> Enums { get; } = [];

    public List<(string Path, string Scope, string Input, string Output, IReadOnlyList<HttpBinding> Bindings)> Methods { get; } = [];

    /// <summary>Fields whose types have names, and where the names stand.</summary>
    public List<(ProtoField Field, string Scope)> Unlinked { get; } = [];
}

namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>A method of a service.</summary>
/// <param name="Path">Where it is called: <c>/package.Service/Method</c>.</param>
/// <param name="Input">What it takes.</param>
/// <param name="Output">What it gives.</param>
/// <param name="Bindings">The requests of HTTP that stand for it (<c>google.api.http</c>), in the order of the file.</param>
sealed record ProtoMethod(string Path, ProtoMessage Input, ProtoMessage Output, IReadOnlyList<HttpBinding> Bindings);

/// <summary>A request of HTTP that stands for a method.</summary>
/// <param name="Method">The method of HTTP in lower case: <c>get</c>.</param>
/// <param name="Template">The template of its path: <c>/v1/{name=shelves/*}</c>.</param>
/// <param name="Body">The field that the body is; <c>*</c> for the whole message; <c>null</c> for none.</param>
sealed record HttpBinding(string Method, string Template, string? Body);

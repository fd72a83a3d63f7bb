package io.cloudstate.proxy.testing;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import java.util.LinkedHashMap;
import java.util.List;

/** The models of the conformance kit of all four kinds in one function. */
public final class AllKinds {

  private AllKinds() {}

  public static EntitySpec spec() {
    try {
      var files = new LinkedHashMap<String, FileDescriptorProto>();
      var all = TckModel.spec().toBuilder();
      for (var spec :
          List.of(TckModel.spec(), ValueModel.spec(), CrdtModel.spec(), ActionModel.spec())) {
        for (var file : FileDescriptorSet.parseFrom(spec.getProto()).getFileList()) {
          files.putIfAbsent(file.getName(), file);
        }
        if (!spec.equals(TckModel.spec())) {
          spec.getEntitiesList().stream()
              .filter(entity -> !entity.getServiceName().equals(TckModel.TWO))
              .forEach(all::addEntities);
        }
      }
      var proto = FileDescriptorSet.newBuilder().addAllFile(files.values()).build();
      return all.setProto(proto.toByteString()).build();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
